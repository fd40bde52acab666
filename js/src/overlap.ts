/** Two pictures as one drawing: how they differ, and how much, measured once a pair. */

import { type Difference, difference } from "./difference.ts";
import { h } from "./element.ts";
import { contained, frameOf, sizeOf } from "./frame.ts";
import type { Size } from "./placement.ts";

/** Larger ones are measured smaller: the page would stand still. */
const MOST_PIXELS = 2 ** 22;

export interface Overlap {
	canvas: HTMLCanvasElement;
	share: number;
}

/** Where their sizes differ, both are fitted into a frame of their own. */
export function overlap(one: HTMLImageElement, other: HTMLImageElement): Overlap {
	const frame = frameOf([one, other].map(sizeOf));
	const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (frame.width * frame.height)));
	const width = Math.max(1, Math.round(frame.width * scale));
	const height = Math.max(1, Math.round(frame.height * scale));
	const { pixels, share }: Difference = difference(
		pixelsOf(one, { width, height }),
		pixelsOf(other, { width, height }),
	);
	const canvas = h("canvas", { width, height });
	canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
	return { canvas, share };
}

function pixelsOf(image: HTMLImageElement, frame: Size): Uint8ClampedArray {
	const canvas = h("canvas", { ...frame });
	const pen = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
	pen.drawImage(image, ...contained(sizeOf(image), frame));
	return pen.getImageData(0, 0, frame.width, frame.height).data;
}
