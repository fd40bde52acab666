/**
 * Shows the mask over its picture: in stripes of two tones, so that it is seen on any. Only what changed is drawn
 * again, once a frame.
 */

import { h } from "./element.ts";
import { type Bounds, type Mask, united } from "./mask.ts";
import type { Painting } from "./mask-painting.ts";
import type { Undo } from "./signal.ts";

/** What a canvas may hold on a phone; of a larger picture each pixel of the overlay stands for several. */
const MOST_PIXELS = 4096 * 4096;
/** Stripes across the longer side. */
const STRIPES = 110;
/** Pink and plum, opaque, as a canvas holds them in the byte order of this machine. */
const [PINK = 0, PLUM = 0] = new Uint32Array(Uint8Array.of(255, 47, 146, 255, 140, 20, 90, 255).buffer);

export function overlay(painting: Painting, keep: (undo: Undo) => void): HTMLCanvasElement {
	const { mask } = painting;
	const step = stepFor(mask);
	const [width, height] = [Math.ceil(mask.width / step), Math.ceil(mask.height / step)];
	const element = h("canvas", { width, height, "aria-hidden": "true" });
	const pen = element.getContext("2d");
	let stale: Bounds | undefined;
	let frame = 0;
	const draw = () => {
		frame = 0;
		if (!stale) return;
		const { left, top, right, bottom } = coarse(stale, step);
		stale = undefined;
		const bytes = tinted(mask, { left, top, right, bottom }, step);
		pen?.putImageData(new ImageData(bytes, right - left, bottom - top), left, top);
	};
	const touch = (bounds: Bounds) => {
		stale = united(stale, bounds);
		frame ||= requestAnimationFrame(draw);
	};
	keep(painting.changed.on(touch));
	keep(() => cancelAnimationFrame(frame));
	return element;
}

/** How many pixels of the picture, each way, one of the overlay stands for. */
export function stepFor({ width, height }: { width: number; height: number }): number {
	return Math.ceil(Math.sqrt((width * height) / MOST_PIXELS));
}

export function coarse({ left, top, right, bottom }: Bounds, step: number): Bounds {
	const [first, after] = [Math.floor, Math.ceil].map((round) => (at: number) => round(at / step));
	if (!first || !after) return { left, top, right, bottom };
	return { left: first(left), top: first(top), right: after(right), bottom: after(bottom) };
}

/** A part of the overlay as bytes of red, green, blue and opacity; the bounds are the overlay's own. */
export function tinted(
	mask: Mask,
	{ left, top, right, bottom }: Bounds,
	step: number,
): Uint8ClampedArray<ArrayBuffer> {
	const pixels = new Uint32Array((right - left) * (bottom - top));
	const stripe = Math.max(3, Math.max(mask.width, mask.height) / step / STRIPES);
	let at = 0;
	for (let y = top; y < bottom; y++) {
		for (let x = left; x < right; x++, at++) {
			if (isPainted(mask, x * step, y * step, step)) pixels[at] = ((x + y) / stripe) & 1 ? PLUM : PINK;
		}
	}
	return new Uint8ClampedArray(pixels.buffer);
}

/** Whether any of the pixels is, that one of the overlay stands for. */
function isPainted({ pixels, width, height }: Mask, left: number, top: number, step: number): boolean {
	if (step === 1) return pixels[top * width + left] === 1;
	for (let y = top; y < Math.min(top + step, height); y++) {
		for (let x = left; x < Math.min(left + step, width); x++) if (pixels[y * width + x]) return true;
	}
	return false;
}
