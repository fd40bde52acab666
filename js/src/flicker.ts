/** Turns from one picture to the next again and again, so that the eye finds what moves. */

/** Changes a second. Faster than this may harm people (WCAG 2.3.1: no more than three flashes, each two changes). */
export const SPEEDS = { least: 0.5, most: 5, step: 0.5 };
const USUAL = 1.5;

export class Flicker {
	/** Changes a second. */
	speed = USUAL;
	readonly #turn: () => void;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(turn: () => void) {
		this.#turn = turn;
	}

	get plays(): boolean {
		return this.#timer !== undefined;
	}

	/** Each turn waits as long as the speed then says, so that a slider is followed at once. */
	play(): void {
		this.stop();
		this.#timer = setTimeout(() => {
			this.#turn();
			this.play();
		}, 1000 / this.speed);
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}

/** Whoever asked their system for less motion begins with a picture that rests. */
export function likesMotion(): boolean {
	return !matchMedia("(prefers-reduced-motion: reduce)").matches;
}
