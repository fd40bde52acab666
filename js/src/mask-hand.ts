/** The hand that holds the tool: one press at a time, by pointer or by keys, and what goes on between presses. */

import { type Desk, type Stroke, TOOLS, type Tool, type Touch } from "./mask-tools.ts";

export class Hand {
	#stroke: Stroke | undefined;
	#isDown = false;
	/** Where a line with Shift begins. */
	#last: Touch | undefined;
	readonly #desk: Desk;
	readonly #tool: () => Tool;

	constructor(desk: Desk, tool: () => Tool) {
		this.#desk = desk;
		this.#tool = tool;
	}

	get isDown(): boolean {
		return this.#isDown;
	}

	/** Something was begun that could be given up. */
	get isBusy(): boolean {
		return this.#stroke !== undefined;
	}

	/** `isStraight`: in a line from where the last stroke ended. `isOther`: takes away what it would add. */
	press(at: Touch, { isStraight = false, isOther = false } = {}): void {
		this.#isDown = true;
		if (this.#stroke?.press) {
			if (this.#stroke.press(at)) this.#end();
			return;
		}
		const tool = this.#tool();
		const from = isStraight && this.#last ? this.#last : at;
		this.#stroke = TOOLS[tool](this.#desk, from, (tool === "eraser") === isOther);
		if (from !== at) this.#stroke.move(at);
		this.#last = at;
	}

	move(at: Touch): void {
		if (!this.#isDown) this.#stroke?.hover?.(at);
		else {
			this.#stroke?.move(at);
			this.#last = at;
		}
	}

	lift(at: Touch): void {
		if (!this.#isDown) return;
		this.#isDown = false;
		if (this.#stroke?.lift(at)) this.#end();
	}

	/** Ends what is going on as it stands. Returns whether there was anything. */
	finish(at: Touch): boolean {
		const was = this.isBusy;
		this.lift(at);
		this.#stroke?.finish?.();
		this.#end();
		return was;
	}

	/** Forgets what is going on. Returns whether there was anything. */
	drop(): boolean {
		const was = this.isBusy;
		this.#desk.painting.drop();
		this.#end();
		return was;
	}

	#end(): void {
		this.#stroke = undefined;
		this.#isDown = false;
		this.#desk.outline("");
	}
}
