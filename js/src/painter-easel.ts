/** The picture with its mask over it, the tools at work on it, and what each of the painter's keys does. */

import { h, say } from "./element.ts";
import { t } from "./language.ts";
import { Hand } from "./mask-hand.ts";
import { Cursor } from "./mask-keys.ts";
import { cross, type Outline, outline, ring } from "./mask-outline.ts";
import { overlay } from "./mask-overlay.ts";
import type { Painting } from "./mask-painting.ts";
import { Pointer } from "./mask-pointer.ts";
import { dab } from "./mask-shapes.ts";
import type { Tool, Touch } from "./mask-tools.ts";
import { Signal, type Undo } from "./signal.ts";
import { transformed, Zoom } from "./zoom.ts";

/** As they were left the last time; the size is a part of the longer side. */
const habits = { tool: "brush" as Tool, size: 0.06, opacity: 0.55 };
type Habits = typeof habits;

/** The largest brush, as a part of the longer side. */
const LARGEST = 0.5;
const GROWTH = 1.2;
/** Of two clicks that are one, in pixels of the screen. */
const REACH = 8;
/** So large, single pixels are looked at. */
const NEAR = 2;
/** How far from the edge the place of the keys is kept, and how much of the picture may leave the window. */
const MARGIN = 48;

export class Easel {
	/** The tool, the brush, the overlay or the scale is another. */
	readonly changed = new Signal();
	readonly painting: Painting;
	readonly element: HTMLElement;
	readonly zoom: Zoom;
	/** Tells where the keys are. */
	readonly place = h("p", { class: "hidden", role: "status" });
	readonly #layers: HTMLElement;
	readonly #outline: Outline;
	readonly #overlay: HTMLCanvasElement;
	readonly #hand: Hand;
	readonly #cursor: Cursor;
	/** Where the tool is, by whichever means. */
	#seen: Touch | undefined;

	constructor(painting: Painting, image: HTMLImageElement, keep: (undo: Undo) => void) {
		const { mask } = painting;
		this.painting = painting;
		this.#outline = outline(mask);
		this.#overlay = overlay(painting, keep);
		this.#layers = h("div", { class: "pane" }, image, this.#overlay, this.#outline.element);
		this.#layers.style.inlineSize = `${mask.width}px`;
		this.#layers.style.blockSize = `${mask.height}px`;
		this.element = canvas(this.#layers);
		this.#hand = this.#makeHand();
		this.#cursor = new Cursor(this.#hand, mask);
		const pointer = this.#makePointer();
		this.zoom = new Zoom(
			{
				windows: [this.element],
				size: mask,
				slack: MARGIN,
				claims: (event) => pointer.claims(event),
				dropped: () => pointer.drop(),
				show: () => this.#place(),
			},
			keep,
		);
		this.set({});
	}

	get habits(): Readonly<Habits> {
		return habits;
	}

	/** Across, in pixels of the picture. */
	get size(): number {
		return Math.max(1, Math.round(habits.size * this.#longest));
	}

	get largest(): number {
		return Math.max(2, Math.round(LARGEST * this.#longest));
	}

	set(values: Partial<Habits>): void {
		if (values.tool) this.#hand.drop();
		Object.assign(habits, values);
		this.#overlay.style.opacity = String(habits.opacity);
		this.#place();
	}

	resize(size: number): void {
		this.set({ size: Math.min(this.largest, Math.max(1, size)) / this.#longest });
		this.#tip();
	}

	/** Larger or smaller by so many steps, each of a pixel at least. */
	grow(steps: number): void {
		this.resize(
			steps > 0 ? Math.max(this.size + 1, this.size * GROWTH) : Math.min(this.size - 1, this.size / GROWTH),
		);
	}

	/** Gives up what was begun and not ended. Returns whether there was anything. */
	drop(): boolean {
		return this.#hand.drop();
	}

	/** Ends what was begun. Returns whether there was anything. */
	finish(): boolean {
		return this.#hand.finish(this.#seen ?? { x: 0, y: 0, pressure: 1 });
	}

	/** Keys that paint; only where the picture has the focus. */
	key(event: KeyboardEvent): boolean {
		if (event.target !== this.element || !this.#cursor.key(event, this.zoom.placement.scale)) return false;
		this.#seen = this.#cursor.at;
		this.#follow();
		this.#tip();
		this.#tellPlace();
		return true;
	}

	get #longest(): number {
		return Math.max(this.painting.mask.width, this.painting.mask.height);
	}

	#makeHand(): Hand {
		const desk = {
			painting: this.painting,
			size: () => this.size,
			reach: () => REACH / this.zoom.placement.scale,
			outline: this.#outline.shape,
		};
		return new Hand(desk, () => habits.tool);
	}

	#makePointer(): Pointer {
		const tip = (at?: Touch) => {
			if (at) this.#cursor.at = undefined;
			this.#seen = at ?? this.#cursor.at;
			this.#tip();
		};
		return new Pointer({
			window: this.element,
			hand: this.#hand,
			at: (event) => this.zoom.at(event),
			tip,
			resize: (steps) => this.grow(steps),
		});
	}

	#tip(): void {
		const isRound = habits.tool === "brush" || habits.tool === "eraser";
		const at = this.#seen;
		const round = at && isRound ? ring(dab(at, this.size * at.pressure)) : "";
		this.#outline.tip(round + (this.#cursor.at ? cross(this.#cursor.at, this.zoom.placement.scale) : ""));
	}

	#place(): void {
		// The zoom is told where it begins while it is being made.
		const placement = this.zoom?.placement;
		if (!placement) return;
		this.#layers.style.transform = transformed(placement);
		this.#layers.classList.toggle("close", placement.scale >= NEAR);
		this.#outline.scale(placement.scale);
		this.#tip();
		this.changed.emit();
	}

	/** Brings the place of the keys into sight. */
	#follow(): void {
		const at = this.#cursor.at;
		if (!at) return;
		const { scale, x, y } = this.zoom.placement;
		const { clientWidth, clientHeight } = this.element;
		this.zoom.pan({ x: short(at.x * scale + x, clientWidth), y: short(at.y * scale + y, clientHeight) });
	}

	#tellPlace(): void {
		const at = this.#cursor.at;
		if (!at) return;
		const values = { x: Math.floor(at.x), y: Math.floor(at.y) };
		say(this.place, this.#hand.isDown ? t("Painting at {x}, {y}", values) : t("At {x}, {y}", values));
	}
}

/** How far what is seen at `at` must move to be in a window so long. */
function short(at: number, length: number): number {
	const margin = Math.min(MARGIN, length / 2);
	return Math.max(0, margin - at) || Math.min(0, length - margin - at);
}

function canvas(layers: HTMLElement): HTMLElement {
	const keys = t(
		"Arrow keys move, with Shift farther; Space begins and ends a stroke, and with Shift draws a line from the last. Enter is done.",
	);
	const name = t("The picture, to be painted where it may change");
	return h(
		"div",
		{ class: "window", tabindex: 0, role: "application", "aria-label": name, "aria-description": keys },
		layers,
	);
}
