/** The hand by keys alone: arrows move it, Space presses and lifts it. */

import type { Hand } from "./mask-hand.ts";
import type { Touch } from "./mask-tools.ts";
import type { Size } from "./placement.ts";

/** In pixels of the screen. */
const STEP = 8;
const LARGE = 6;
const WAYS: Record<string, [number, number]> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, -1],
	ArrowDown: [0, 1],
};

export class Cursor {
	/** Where it is; none while a pointer is used. */
	at: Touch | undefined;
	readonly #hand: Hand;
	readonly #size: Size;

	constructor(hand: Hand, size: Size) {
		this.#hand = hand;
		this.#size = size;
	}

	/** Returns whether the key was for it. At a large scale a step is one pixel. */
	key({ key, shiftKey, repeat }: KeyboardEvent, scale: number): boolean {
		if (key === " " && this.at) {
			if (!repeat) this.#press(this.at, shiftKey);
			return true;
		}
		const way = WAYS[key];
		if (!way) return false;
		const step = Math.max(1, Math.round((STEP * (shiftKey ? LARGE : 1)) / scale));
		this.#go(way[0] * step, way[1] * step);
		return true;
	}

	#press(at: Touch, isStraight: boolean): void {
		if (this.#hand.isDown) this.#hand.lift(at);
		else this.#hand.press(at, { isStraight });
	}

	/** On the middle of a pixel, and in the picture. */
	#go(x: number, y: number): void {
		const { width, height } = this.#size;
		const from = this.at ?? { x: width / 2, y: height / 2 };
		const within = (at: number, length: number) => Math.min(Math.max(Math.floor(at), 0), length - 1) + 0.5;
		this.at = { x: within(from.x + x, width), y: within(from.y + y, height), pressure: 1 };
		this.#hand.move(this.at);
	}
}
