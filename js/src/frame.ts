/** A frame into which pictures of several sizes are fitted. No elements but the images that are measured. */

import type { Size } from "./placement.ts";

/** A frame into which all fit, none of them made smaller. */
export function frameOf(sizes: Size[]): Size {
	return {
		width: Math.max(1, ...sizes.map(({ width }) => width)),
		height: Math.max(1, ...sizes.map(({ height }) => height)),
	};
}

/** Where a picture lies in a frame that it is fitted into, as `object-fit: contain` has it. */
export function contained(picture: Size, frame: Size): [x: number, y: number, width: number, height: number] {
	const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
	const [width, height] = [picture.width * scale, picture.height * scale];
	return [(frame.width - width) / 2, (frame.height - height) / 2, width, height];
}

/** A broken one has none. */
export function sizeOf({ naturalWidth, naturalHeight }: HTMLImageElement): Size {
	return { width: naturalWidth || 1, height: naturalHeight || 1 };
}
