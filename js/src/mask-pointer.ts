/** Mouse, pen and one finger → presses of the hand. What is not claimed here zooms and pans. */

import { on } from "./element.ts";
import type { Hand } from "./mask-hand.ts";
import type { Touch } from "./mask-tools.ts";
import type { Point } from "./placement.ts";

/** The buttons of a pen's other end, as events name and as they count them. */
const RUBBER = { button: 5, buttons: 32 };
/** A hand presses about so hard when it writes; harder is no wider. */
const FIRM = 0.7;
const LIGHTEST = 0.05;

export interface Board {
	/** What is painted in. */
	window: HTMLElement;
	hand: Hand;
	/** The point of the picture under a pointer. */
	at(event: MouseEvent): Point;
	/** Shows where the tool is; nowhere where left out. */
	tip(at?: Touch): void;
	/** The brush grows or shrinks, in steps. */
	resize(steps: number): void;
}

export class Pointer {
	readonly #board: Board;
	/** The one that paints. */
	#id: number | undefined;
	/** Who draws with a pen rests a hand on the screen. */
	#hasPen = false;

	constructor(board: Board) {
		this.#board = board;
		const { window } = board;
		on(window, "pointerdown", (event) => event.button === RUBBER.button && this.#press(event));
		on(window, "pointermove", (event) => this.#move(event));
		on(window, "pointerup", (event) => this.#lift(event));
		on(window, "pointercancel", (event) => event.pointerId === this.#id && this.drop());
		on(window, "pointerleave", () => board.tip());
		on(window, "contextmenu", (event) => event.preventDefault());
		on(window, "wheel", (event) => this.#wheel(event), { passive: false });
	}

	/** What the zoom is told; a press begins here, since only the zoom knows which are free. */
	claims(event: MouseEvent): boolean {
		if (event.type === "wheel") return event.altKey;
		if (event.type !== "pointerdown") return true;
		const pointer = event as PointerEvent;
		if (event.button !== 0 || (this.#hasPen && pointer.pointerType === "touch")) return false;
		this.#press(pointer);
		return true;
	}

	/** Another finger came: what was begun was not meant. */
	drop(): void {
		this.#id = undefined;
		this.#board.hand.drop();
	}

	#press(event: PointerEvent): void {
		const { window, hand } = this.#board;
		this.#id = event.pointerId;
		this.#hasPen ||= event.pointerType === "pen";
		window.setPointerCapture?.(event.pointerId);
		const isOther = event.altKey || (event.buttons & RUBBER.buttons) > 0;
		hand.press(this.#touch(event), { isStraight: event.shiftKey, isOther });
	}

	#move(event: PointerEvent): void {
		const { hand, tip } = this.#board;
		tip(this.#touch(event));
		if (hand.isDown && event.pointerId !== this.#id) return;
		// All that the pointer passed since the last frame: quick curves stay round.
		const all = event.getCoalescedEvents?.() ?? [];
		for (const each of all.length > 0 && hand.isDown ? all : [event]) hand.move(this.#touch(each));
	}

	#lift(event: PointerEvent): void {
		if (event.pointerId !== this.#id) return;
		this.#id = undefined;
		this.#board.hand.lift(this.#touch(event));
	}

	#touch(event: PointerEvent): Touch {
		// A pen in the air tells no pressure; its ring is as large as the brush.
		const isPen = event.pointerType === "pen" && event.buttons > 0;
		const pressure = isPen ? Math.min(1, Math.max(LIGHTEST, event.pressure / FIRM)) : 1;
		return { ...this.#board.at(event), pressure };
	}

	#wheel(event: WheelEvent): void {
		if (!event.altKey) return;
		event.preventDefault();
		this.#board.resize(-Math.sign(event.deltaY || event.deltaX));
	}
}
