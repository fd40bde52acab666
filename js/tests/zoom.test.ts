/** Where a picture lies in its window: the geometry, and what wheel, pointers and keys make of it. */

import { describe, expect, it, vi } from "vitest";
import { fitted, isWhole, moved, type Placement, panned, type Room, seen, zoomed } from "../src/placement.ts";
import { Zoom } from "../src/zoom.ts";
import "./setup.ts";

const ROOM: Room = {
	picture: { width: 1000, height: 500 },
	window: { width: 500, height: 500 },
	actual: 1,
	slack: 0,
};
const WHOLE: Placement = { scale: 0.5, x: 0, y: 125 };

describe("a picture in a window", () => {
	it("is seen whole, in the middle", () => {
		expect(fitted(ROOM)).toEqual(WHOLE);
		expect(isWhole(ROOM, WHOLE)).toBe(true);
		expect(isWhole(ROOM, { ...WHOLE, scale: 0.6 })).toBe(false);
	});

	it.each([
		{ x: 250, y: 250 },
		{ x: 40, y: 200 },
		{ x: 499, y: 251 },
	])("keeps what is under the cursor there, at $x, $y", (at) => {
		const close = zoomed(ROOM, { scale: 2, x: -700, y: -200 }, 4, at);
		expect(close.scale).toBe(4);
		expect(seen(close, at)).toEqual(seen({ scale: 2, x: -700, y: -200 }, at));
	});

	it("is never nearer than 32 pixels a pixel, nor much smaller than whole", () => {
		expect(zoomed(ROOM, WHOLE, 1e6, { x: 0, y: 0 }).scale).toBe(32);
		expect(zoomed(ROOM, WHOLE, 1e-6, { x: 0, y: 0 }).scale).toBe(0.25);
	});

	it("shows no gap beside what is larger, and lies in the middle where it is smaller", () => {
		const close = { scale: 1, x: -100, y: 0 };
		expect(panned(ROOM, close, { x: 900, y: 900 })).toEqual({ scale: 1, x: 0, y: 0 });
		expect(panned(ROOM, close, { x: -9e9, y: -9e9 })).toEqual({ scale: 1, x: -500, y: 0 });
		expect(panned(ROOM, WHOLE, { x: 50, y: 50 })).toEqual(WHOLE);
	});

	it("may be drawn in from the edge as far as the slack", () => {
		const room = { ...ROOM, slack: 40 };
		expect(panned(room, { scale: 1, x: 0, y: 0 }, { x: 900, y: 900 })).toEqual({ scale: 1, x: 40, y: 40 });
	});

	it("keeps its middle when the window changes", () => {
		const after = { ...ROOM, window: { width: 300, height: 400 } };
		const before = { scale: 2, x: -600, y: -300 };
		expect(seen(moved(ROOM, after, before), { x: 150, y: 200 })).toEqual(seen(before, { x: 250, y: 250 }));
	});
});

interface Opened {
	zoom: Zoom;
	window: HTMLElement;
	placed: () => Placement;
}

function open(options: Partial<ConstructorParameters<typeof Zoom>[0]> = {}): Opened {
	const window = document.body.appendChild(document.createElement("div"));
	Object.defineProperties(window, { clientWidth: { value: 500 }, clientHeight: { value: 500 } });
	let last: Placement = { scale: 0, x: 0, y: 0 };
	const show = (placement: Placement) => {
		last = placement;
	};
	const zoom = new Zoom({ windows: [window], size: ROOM.picture, show, ...options }, () => {});
	return { zoom, window, placed: () => last };
}

function point(window: HTMLElement, type: string, x: number, y: number, fields: PointerEventInit = {}): void {
	const init = { clientX: x, clientY: y, pointerId: 1, bubbles: true, cancelable: true, ...fields };
	window.dispatchEvent(new PointerEvent(type, init));
}

/** Here a wheel is no mouse, as it is in a browser. */
function wheel(window: HTMLElement, fields: WheelEventInit): WheelEvent {
	const event = new WheelEvent("wheel", { cancelable: true, ...fields });
	window.dispatchEvent(Object.assign(event, { clientX: 100, clientY: 250 }, fields));
	return event;
}

const FINGER = { pointerType: "touch" };
const SECOND = { ...FINGER, pointerId: 2 };

describe("a window that zooms", () => {
	it.each([
		["a notch of a wheel", { deltaY: -100 }, 1.16],
		["two notches at once", { deltaY: -200 }, 1.28],
		["lines of a wheel", { deltaY: -3, deltaMode: 1 }, 1.07],
		["a breath on a trackpad", { deltaY: -4 }, 1.006],
		["a pinch on a trackpad", { deltaY: -10, ctrlKey: true }, 1.105],
		["a wheel with Ctrl", { deltaY: -120, ctrlKey: true }, 1.28],
	])("zooms by %s, to the cursor", (_, fields, factor) => {
		const { zoom, window, placed } = open();
		zoom.actual({ x: 0, y: 0 });
		const before = seen(placed(), { x: 100, y: 250 });
		expect(wheel(window, fields).defaultPrevented).toBe(true);
		expect(placed().scale).toBeCloseTo(factor, 2);
		expect(seen(placed(), { x: 100, y: 250 }).x).toBeCloseTo(before.x);
	});

	it("pans by a wheel with Shift, and by one that goes sideways", () => {
		const { zoom, window, placed } = open();
		zoom.actual({ x: 0, y: 0 });
		wheel(window, { deltaY: 30, shiftKey: true });
		wheel(window, { deltaX: 20, deltaY: 2 });
		expect(placed()).toEqual({ scale: 1, x: -50, y: 0 });
	});

	it("pans by a drag, and leaves what is seen whole where it is", () => {
		const { zoom, window, placed } = open();
		point(window, "pointerdown", 10, 10);
		point(window, "pointermove", 60, 60);
		expect(placed()).toEqual(WHOLE);
		zoom.actual({ x: 0, y: 0 });
		point(window, "pointermove", 0, 60);
		point(window, "pointerup", 0, 60);
		point(window, "pointermove", 400, 400);
		expect(placed()).toEqual({ scale: 1, x: -60, y: 0 });
	});

	it("keeps what two fingers hold under them", () => {
		const { window, placed } = open();
		point(window, "pointerdown", 200, 250, FINGER);
		point(window, "pointerdown", 300, 250, SECOND);
		const held = seen(placed(), { x: 250, y: 250 });
		point(window, "pointermove", 100, 250, FINGER);
		point(window, "pointermove", 400, 250, SECOND);
		expect(placed().scale).toBeCloseTo(1.5);
		expect(seen(placed(), { x: 250, y: 250 }).x).toBeCloseTo(held.x);
	});

	it("goes from whole to one pixel a pixel and back, by a double click and by Z", () => {
		const { zoom, window, placed } = open();
		window.dispatchEvent(new MouseEvent("dblclick", { clientX: 500, clientY: 250 }));
		expect(placed()).toEqual({ scale: 1, x: -500, y: 0 });
		expect(zoom.percent).toBe(100);
		zoom.key(new KeyboardEvent("keydown", { key: "z" }));
		expect(placed()).toEqual(WHOLE);
	});

	it.each([
		["+", 0.625],
		["-", 0.4],
		["1", 1],
		["0", 0.5],
	])("takes %s as a key", (key, scale) => {
		const { zoom, placed } = open();
		expect(zoom.key(new KeyboardEvent("keydown", { key }))).toBe(true);
		expect(placed().scale).toBeCloseTo(scale);
	});

	it("takes arrows only where there is something to pan, and no key with Ctrl", () => {
		const { zoom, placed } = open();
		const right = new KeyboardEvent("keydown", { key: "ArrowRight" });
		expect(zoom.key(right)).toBe(false);
		zoom.actual({ x: 0, y: 0 });
		expect(zoom.key(right)).toBe(true);
		expect(placed().x).toBeLessThan(0);
		expect(zoom.key(new KeyboardEvent("keydown", { key: "0", ctrlKey: true }))).toBe(false);
	});

	it("stays as it is zoomed at a picture of the same size, and shows any other whole", () => {
		const { zoom, placed } = open();
		zoom.actual();
		zoom.resize({ ...ROOM.picture });
		expect(placed().scale).toBe(1);
		zoom.resize({ width: 250, height: 250 });
		expect(placed()).toEqual({ scale: 2, x: 0, y: 0 });
	});

	it("fits several windows alike, and reads a pointer in the one that it is in", () => {
		const other = document.body.appendChild(document.createElement("div"));
		other.getBoundingClientRect = () => ({ left: 500, top: 0 }) as DOMRect;
		const { zoom, window } = open();
		const both = open({ windows: [window, other] });
		expect(zoom.at(new MouseEvent("click", { clientX: 100, clientY: 125 }))).toEqual({ x: 200, y: 0 });
		other.addEventListener("click", (event) => {
			expect(both.zoom.at(event)).toEqual({ x: 200, y: 0 });
		});
		other.dispatchEvent(new MouseEvent("click", { clientX: 600, clientY: 125 }));
		expect.assertions(2);
	});
});

describe("a tool that paints", () => {
	const tool = () => ({ claims: vi.fn(() => true), dropped: vi.fn() });

	it("has the drag to itself, but for the middle button and for Space", () => {
		const { claims } = tool();
		const { zoom, window, placed } = open({ claims });
		zoom.actual({ x: 0, y: 0 });
		point(window, "pointerdown", 100, 100);
		point(window, "pointermove", 50, 100);
		point(window, "pointerup", 50, 100);
		expect(placed().x).toBe(0);
		point(window, "pointerdown", 100, 100, { button: 1 });
		point(window, "pointermove", 90, 100);
		point(window, "pointerup", 90, 100);
		expect(placed().x).toBe(-10);
		const space = new KeyboardEvent("keydown", { key: " ", bubbles: true });
		window.addEventListener("keydown", (event) => zoom.key(event));
		window.dispatchEvent(space);
		point(window, "pointerdown", 100, 100);
		point(window, "pointermove", 90, 100);
		expect(placed().x).toBe(-20);
	});

	it("gives way to a second finger, and forgets its stroke", () => {
		const { claims, dropped } = tool();
		const { zoom, window, placed } = open({ claims, dropped });
		zoom.actual({ x: 0, y: 0 });
		point(window, "pointerdown", 200, 250, FINGER);
		point(window, "pointermove", 210, 250, FINGER);
		expect(dropped).not.toHaveBeenCalled();
		point(window, "pointerdown", 310, 250, SECOND);
		expect(dropped).toHaveBeenCalledOnce();
		point(window, "pointermove", 190, 250, FINGER);
		expect(placed().scale).toBeGreaterThan(1);
		for (const finger of [FINGER, SECOND]) point(window, "pointerup", 0, 0, finger);
		claims.mockClear();
		point(window, "pointerdown", 200, 250, FINGER);
		expect(claims).toHaveBeenCalledOnce();
	});
});
