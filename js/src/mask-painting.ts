/** A mask while it is painted: strokes that are going on, undo and redo. Knows nothing of pointers and canvases. */

import {
	type Bounds,
	boundsOf,
	differing,
	emptyMask,
	flip,
	type Mask,
	type Runs,
	setRange,
	setSpan,
} from "./mask.ts";
import type { Shape } from "./mask-shapes.ts";
import type { Size } from "./placement.ts";
import { Signal } from "./signal.ts";

/** What all steps that can be undone may take; the oldest go first. */
const MOST_BYTES = 64 * 2 ** 20;

export class Painting {
	readonly mask: Mask;
	/** Pixels here are others now. */
	readonly changed = new Signal<Bounds>();
	/** A step was made, undone or done again; told whether the kernel does not know of it. */
	readonly stepped = new Signal<boolean>();
	#done: Uint32Array[] = [];
	#undone: Uint32Array[] = [];
	/** What was there before anything was painted here. */
	#first: Uint8Array | undefined;
	/** Of the stroke that is going on. */
	#runs: number[] = [];

	readonly #mostBytes: number;

	constructor(size: Size, mostBytes = MOST_BYTES) {
		this.mask = emptyMask(size);
		this.#mostBytes = mostBytes;
	}

	get canUndo(): boolean {
		return this.#done.length > 0;
	}

	get canRedo(): boolean {
		return this.#undone.length > 0;
	}

	/** Adds a shape to the stroke that is going on, or takes it away. */
	draw(shape: Shape, on: boolean): void {
		const since = this.#runs.length;
		shape((y, from, to) => setSpan(this.mask, this.#runs, on, y, from, to));
		this.#tell(this.#runs, since);
	}

	/** The stroke is done: one step to undo. */
	commit(): void {
		if (this.#runs.length > 0) this.#step(this.#runs, true);
		this.#runs = [];
	}

	/** Forgets the stroke that is going on. */
	drop(): void {
		flip(this.mask, this.#runs);
		this.#tell(this.#runs);
		this.#runs = [];
	}

	setAll(on: boolean): void {
		this.drop();
		setRange(this.mask, this.#runs, on, 0, this.mask.pixels.length);
		this.#tell(this.#runs);
		this.commit();
	}

	invert(): void {
		this.drop();
		this.#flip([0, this.mask.pixels.length]);
		this.#step([0, this.mask.pixels.length], true);
	}

	/** Takes a mask over that was made elsewhere; what was painted here can be had back. */
	load(pixels: Uint8Array): void {
		this.drop();
		this.#first ??= pixels;
		const runs = differing(this.mask, pixels);
		this.#flip(runs);
		if (!this.canUndo && !this.canRedo) this.stepped.emit(false);
		else if (runs.length > 0) this.#step(runs, false);
	}

	/** As it was before anything was painted here; a step as any other. */
	restart(): void {
		this.drop();
		const runs = differing(this.mask, this.#first ?? new Uint8Array(this.mask.pixels.length));
		this.#flip(runs);
		if (runs.length > 0) this.#step(runs, true);
	}

	undo(): void {
		this.#move(this.#done, this.#undone);
	}

	redo(): void {
		this.#move(this.#undone, this.#done);
	}

	#move(from: Uint32Array[], to: Uint32Array[]): void {
		this.drop();
		const runs = from.pop();
		if (!runs) return;
		to.push(runs);
		this.#flip(runs);
		this.stepped.emit(true);
	}

	#step(runs: number[], isOurs: boolean): void {
		this.#undone = [];
		this.#done.push(Uint32Array.from(runs));
		let bytes = this.#done.reduce((sum, { byteLength }) => sum + byteLength, 0);
		while (bytes > this.#mostBytes && this.#done.length > 1) bytes -= this.#done.shift()?.byteLength ?? 0;
		this.stepped.emit(isOurs);
	}

	#flip(runs: Runs): void {
		flip(this.mask, runs);
		this.#tell(runs);
	}

	#tell(runs: Runs, since = 0): void {
		const bounds = boundsOf(this.mask, runs, since);
		if (bounds) this.changed.emit(bounds);
	}
}
