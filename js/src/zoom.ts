/**
 * Zoom and pan by wheel, mouse, pen, fingers and keys, over one window or over several that are locked together.
 *
 *     const zoom = new Zoom({ windows: [frame], size, show: (placement) => { … } }, dialog.keep);
 *     on(dialog.element, "keydown", (event) => zoom.key(event) && event.preventDefault());
 *
 * `show` is told where the picture lies: give what is to be moved the picture's own size in CSS pixels and
 * `transform-origin: 0 0`, and put `transformed(placement)` on it. It may be an image or a stack of canvases.
 *
 * The wheel zooms to the cursor (with Ctrl as well, as a trackpad tells a pinch); with Shift, or sideways, it pans.
 * A drag pans, and so does one with the middle button or with Space held. Two fingers pinch and pan. A double
 * click, or Z, goes from the whole picture to one pixel a pixel and back.
 *
 * A tool that paints says by `claims` which events are its own: for these nothing is done here. Space, the middle
 * button and a second finger are never asked for; when that finger comes, `dropped` tells the tool to forget its
 * stroke, and fingers are asked for again when all are lifted. `at(event)` is the picture's point under a pointer.
 *
 * Small libraries were looked at: @panzoom/panzoom 4.6.2 steps alike for a notch of a wheel and a breath on a
 * trackpad, its pinch does not stay under the fingers, and it places the cursor by the frame before.
 */

import { on } from "./element.ts";
import {
	fitted,
	isWhole,
	middle,
	moved,
	type Placement,
	type Point,
	panned,
	type Room,
	type Size,
	seen,
	zoomed,
} from "./placement.ts";
import type { Undo } from "./signal.ts";

export interface Zoomed {
	/** Elements that clip what moves in them, all of one size. */
	windows: HTMLElement[];
	/** Of the picture, in its own pixels. */
	size: Size;
	show: (placement: Placement) => void;
	/** Whether a tool takes this event; also asked about wheels and double clicks. */
	claims?: ((event: MouseEvent) => boolean) | undefined;
	/** Fingers took over what the tool had begun. */
	dropped?: () => void;
	/** How far a picture that is larger than the window may be drawn in from its edge; 0 where left out. */
	slack?: number;
}

const STEP = 1.25;
/** A part of the window. */
const PAN_STEP = 0.12;
const WHEEL = { mouse: 0.0015, trackpad: 0.01, most: 0.25 };
const LINE = 16;
const MIDDLE_BUTTON = 1;

export function transformed({ scale, x, y }: Placement): string {
	return `translate(${x}px, ${y}px) scale(${scale})`;
}

/** In hundredths of one pixel a pixel. */
export function hundredths({ scale }: Placement): number {
	return Math.round(100 * scale * pixelRatio());
}

export class Zoom {
	placement: Placement = { scale: 1, x: 0, y: 0 };
	readonly #options: Zoomed;
	/** Those that are down, where they were last seen: the ones that pan. */
	readonly #pointers = new Map<number, Point>();
	/** Fingers that belong to the tool. */
	readonly #claimed = new Map<number, Point>();
	#size: Size;
	#room: Room;
	#isFitted = true;
	#space = false;

	constructor(options: Zoomed, keep: (undo: Undo) => void) {
		this.#options = options;
		this.#size = options.size;
		this.#room = this.#measure();
		for (const window of options.windows) this.#listen(window);
		this.#follow(keep);
		this.fit();
	}

	/** Whether the whole picture is in sight. */
	get isWhole(): boolean {
		return isWhole(this.#room, this.placement);
	}

	get percent(): number {
		return hundredths(this.placement);
	}

	fit(): void {
		this.#put(fitted(this.#room), true);
	}

	/** One pixel of the picture is one of the screen. */
	actual(at: Point = this.#middle): void {
		this.#put(zoomed(this.#room, this.placement, this.#room.actual, at));
	}

	/** From the whole picture to one pixel a pixel, and back. */
	toggle(at: Point = this.#middle): void {
		if (this.#isFitted) this.actual(at);
		else this.fit();
	}

	/** Zooms in or out, in steps. */
	step(steps: number, at: Point = this.#middle): void {
		this.#by(STEP ** steps, at);
	}

	pan(by: Point): void {
		this.#put(panned(this.#room, this.placement, by), this.#isFitted);
	}

	/** Goes on with another picture: one of the same size stays as it is looked at, any other is seen whole. */
	resize(size: Size): void {
		const same = size.width === this.#size.width && size.height === this.#size.height;
		this.#size = size;
		this.#room = this.#measure();
		if (!same) this.fit();
	}

	/** The point of the picture that lies under a pointer, in its own pixels; may lie outside. */
	at(event: MouseEvent): Point {
		return seen(this.placement, this.#within(event));
	}

	/** Does what a key is for: +, −, 0 (the whole), 1 (one pixel a pixel), Z (either), arrows. Returns whether it did. */
	key(event: KeyboardEvent): boolean {
		if (event.ctrlKey || event.metaKey || event.altKey) return false;
		if (event.key === " ") return this.#hold(event);
		const act = this.#keys[event.key] ?? this.#arrow(event.key);
		act?.();
		return act !== undefined;
	}

	readonly #keys: Record<string, () => void> = {
		"+": () => this.step(1),
		"=": () => this.step(1),
		"-": () => this.step(-1),
		_: () => this.step(-1),
		"0": () => this.fit(),
		"1": () => this.actual(),
		z: () => this.toggle(),
		Z: () => this.toggle(),
	};

	#arrow(key: string): (() => void) | undefined {
		const [x, y] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [];
		if (x === undefined || y === undefined || this.isWhole) return undefined;
		const { width, height } = this.#room.window;
		return () => this.pan({ x: x * PAN_STEP * width, y: y * PAN_STEP * height });
	}

	/** Where Space presses what has the focus, it does not pan. */
	#hold({ target }: KeyboardEvent): boolean {
		this.#space = !(target as Element).closest("button, input, select, textarea, a, summary");
		this.#mark();
		return this.#space;
	}

	#release(): void {
		this.#space = false;
		this.#mark();
	}

	#listen(window: HTMLElement): void {
		window.style.touchAction = "none";
		on(window, "wheel", (event) => this.#wheel(event), { passive: false });
		on(window, "dblclick", (event) => {
			if (!this.#options.claims?.(event)) this.toggle(this.#within(event));
		});
		on(window, "pointerdown", (event) => this.#down(event));
		on(window, "pointermove", (event) => this.#move(event));
		for (const end of ["pointerup", "pointercancel"] as const) {
			on(window, end, ({ pointerId }) => this.#up(pointerId));
		}
	}

	#follow(keep: (undo: Undo) => void): void {
		const release = (event: KeyboardEvent) => event.key === " " && this.#release();
		const leave = () => this.#release();
		on(window, "keyup", release, true);
		on(window, "blur", leave);
		const sizes = new ResizeObserver(() => this.#refit());
		for (const each of this.#options.windows) sizes.observe(each);
		keep(() => {
			window.removeEventListener("keyup", release, true);
			window.removeEventListener("blur", leave);
			sizes.disconnect();
		});
	}

	#wheel(event: WheelEvent): void {
		if (this.#options.claims?.(event)) return;
		event.preventDefault();
		const [x, y] = wheeled(event);
		if (!event.ctrlKey && (event.shiftKey || Math.abs(x) > Math.abs(y))) this.pan({ x: -x || -y, y: 0 });
		else this.#by(Math.exp(-notch(y, event.ctrlKey)), this.#within(event));
	}

	#down(event: PointerEvent): void {
		const isFree = this.#space || event.button === MIDDLE_BUTTON || this.#pointers.size > 0;
		if (event.button > MIDDLE_BUTTON) return;
		if (!isFree && this.#claimed.size === 0 && this.#options.claims?.(event)) {
			if (event.pointerType === "touch") this.#claimed.set(event.pointerId, this.#within(event));
			return;
		}
		// What would begin a selection, a drag of the image or, with the middle button, scrolling by itself.
		event.preventDefault();
		this.#takeOver();
		this.#pointers.set(event.pointerId, this.#within(event));
		(event.currentTarget as HTMLElement).setPointerCapture?.(event.pointerId);
		this.#mark();
	}

	/** A second finger came: the one that painted pans from now on. */
	#takeOver(): void {
		if (this.#claimed.size === 0) return;
		for (const [id, point] of this.#claimed) this.#pointers.set(id, point);
		this.#claimed.clear();
		this.#options.dropped?.();
	}

	#move(event: PointerEvent): void {
		const now = this.#within(event);
		if (this.#claimed.has(event.pointerId)) this.#claimed.set(event.pointerId, now);
		const before = this.#pointers.get(event.pointerId);
		if (!before) return;
		const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
		this.#pointers.set(event.pointerId, now);
		if (other) this.#pinch(other, before, now);
		else this.pan({ x: now.x - before.x, y: now.y - before.y });
	}

	/** What lies under either finger stays there. */
	#pinch(other: Point, before: Point, now: Point): void {
		const by = Math.max(1, distance(other, now)) / Math.max(1, distance(other, before));
		const from = between(other, before);
		const to = between(other, now);
		this.#by(by, from);
		this.pan({ x: to.x - from.x, y: to.y - from.y });
	}

	#up(pointer: number): void {
		this.#claimed.delete(pointer);
		this.#pointers.delete(pointer);
		this.#mark();
	}

	#by(factor: number, at: Point): void {
		this.#put(zoomed(this.#room, this.placement, this.placement.scale * factor, at));
	}

	#refit(): void {
		const before = this.#room;
		this.#room = this.#measure();
		if (this.#isFitted) this.fit();
		else this.#put(moved(before, this.#room, this.placement));
	}

	#put(placement: Placement, isFitted = false): void {
		this.placement = placement;
		this.#isFitted = isFitted;
		this.#mark();
		this.#options.show(placement);
	}

	/** For the cursor: `grab` where there is something to pan, `grabbing` while it is. */
	#mark(): void {
		const held = this.#pointers.size > 0 ? "held" : this.#space || !this.isWhole ? "free" : "";
		for (const each of this.#options.windows) {
			each.dataset.pan = this.#options.claims && !this.#space && held === "free" ? "" : held;
		}
	}

	#measure(): Room {
		const [first] = this.#options.windows;
		const window = { width: first?.clientWidth || 1, height: first?.clientHeight || 1 };
		return { picture: this.#size, window, actual: 1 / pixelRatio(), slack: this.#options.slack ?? 0 };
	}

	get #middle(): Point {
		return middle(this.#room.window);
	}

	/** In the window in which it happened; in the first, where it was in none. */
	#within({ clientX, clientY, target }: MouseEvent): Point {
		const { windows } = this.#options;
		const window = windows.find((each) => each.contains(target as Node)) ?? windows[0];
		const { left, top } = window?.getBoundingClientRect() ?? { left: 0, top: 0 };
		return { x: clientX - left, y: clientY - top };
	}
}

function pixelRatio(): number {
	return globalThis.devicePixelRatio || 1;
}

/** In pixels, whatever the mouse counts in. */
function wheeled({ deltaX, deltaY, deltaMode }: WheelEvent): [number, number] {
	const unit = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE;
	return [deltaX * unit, deltaY * unit];
}

/** A trackpad tells a pinch in small numbers and as Ctrl; a wheel with Ctrl held tells large ones. */
function notch(pixels: number, isPinch: boolean): number {
	const amount = pixels * (isPinch ? WHEEL.trackpad : WHEEL.mouse);
	return Math.min(WHEEL.most, Math.max(-WHEEL.most, amount));
}

function distance(one: Point, other: Point): number {
	return Math.hypot(one.x - other.x, one.y - other.y);
}

function between(one: Point, other: Point): Point {
	return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}
