/**
 * Where a picture may change, to the pixel: one byte each, 1 where it may. Nothing here is soft; what changes is
 * told as the runs of pixels that were flipped, so that flipping them once more undoes it.
 */

import type { Size } from "./placement.ts";

export interface Mask extends Size {
	pixels: Uint8Array<ArrayBuffer>;
	/** How many are 1. */
	count: number;
}

/** Pairs: the first pixel of a run, counted row by row, and how many there are. */
export type Runs = ArrayLike<number>;

/** `right` and `bottom` are the first outside. */
export interface Bounds {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

export function emptyMask({ width, height }: Size): Mask {
	return { width, height, pixels: new Uint8Array(width * height), count: 0 };
}

/** From 0 to 1. */
export function share({ pixels, count }: Mask): number {
	return count / pixels.length;
}

/** Sets a part of a row, from one pixel up to another, as far as it is in the picture; adds what was flipped. */
export function setSpan(mask: Mask, runs: number[], on: boolean, y: number, from: number, to: number): void {
	if (y < 0 || y >= mask.height) return;
	const row = y * mask.width;
	const end = row + Math.min(to, mask.width);
	setRange(mask, runs, on, row + Math.max(0, from), end);
}

/** As `setSpan`, for pixels counted row by row. */
export function setRange(mask: Mask, runs: number[], on: boolean, from: number, end: number): void {
	const { pixels } = mask;
	const value = Number(on);
	for (let at = from; at < end; at++) {
		if (pixels[at] === value) continue;
		const start = at;
		while (at < end && pixels[at] !== value) pixels[at++] = value;
		runs.push(start, at - start);
		mask.count += on ? at - start : start - at;
	}
}

export function flip(mask: Mask, runs: Runs): void {
	const { pixels } = mask;
	for (const [start, length] of pairs(runs)) {
		for (let at = start; at < start + length; at++) {
			const value = 1 - (pixels[at] ?? 0);
			pixels[at] = value;
			mask.count += value || -1;
		}
	}
}

/** The runs in which a mask of the same size differs. */
export function differing({ pixels }: Mask, other: Uint8Array): number[] {
	const runs: number[] = [];
	for (let at = 0; at < pixels.length; at++) {
		if (pixels[at] === other[at]) continue;
		const start = at;
		while (at < pixels.length && pixels[at] !== other[at]) at++;
		runs.push(start, at - start);
	}
	return runs;
}

/** What holds the runs, from the one at `since` on; undefined where there is none. */
export function boundsOf({ width }: Size, runs: Runs, since = 0): Bounds | undefined {
	let found: Bounds | undefined;
	for (const [start, length] of pairs(runs, since)) {
		const last = start + length - 1;
		const [top, bottom] = [Math.floor(start / width), Math.floor(last / width) + 1];
		const isWhole = bottom - top > 1;
		const left = isWhole ? 0 : start % width;
		found = united(found, { left, top, right: isWhole ? width : left + length, bottom });
	}
	return found;
}

export function united(one: Bounds | undefined, other: Bounds): Bounds {
	if (!one) return other;
	return {
		left: Math.min(one.left, other.left),
		top: Math.min(one.top, other.top),
		right: Math.max(one.right, other.right),
		bottom: Math.max(one.bottom, other.bottom),
	};
}

function* pairs(runs: Runs, since = 0): Generator<[number, number]> {
	for (let at = since; at < runs.length; at += 2) yield [runs[at] as number, runs[at + 1] as number];
}
