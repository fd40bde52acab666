/** How two pictures of one size differ, pixel by pixel. */

/** What a codec may do to a channel of a pixel that was left alone. */
const NOISE = 8;
/** Channels of a pixel. */
const RGBA = 4;

export interface Difference {
	/** Of each channel, how far the two are apart; black where they are alike. */
	pixels: Uint8ClampedArray<ArrayBuffer>;
	/** How many of the pixels differ by more than noise, from 0 to 1. */
	share: number;
}

/** What is transparent in both is alike, whatever colour lies beneath. */
export function difference(one: Uint8ClampedArray, other: Uint8ClampedArray): Difference {
	const pixels = new Uint8ClampedArray(one.length);
	let differing = 0;
	for (let at = 0; at < one.length; at += RGBA) {
		if (apart(one, other, at, pixels) > NOISE) differing++;
		pixels[at + 3] = 255;
	}
	return { pixels, share: one.length === 0 ? 0 : (differing * RGBA) / one.length };
}

/** Writes one pixel, and returns its largest difference. One that is missing from a picture counts as black. */
function apart(
	one: Uint8ClampedArray,
	other: Uint8ClampedArray,
	at: number,
	into: Uint8ClampedArray,
): number {
	const alpha = one[at + 3] as number;
	const opacity = other[at + 3] as number;
	let most = Math.abs(alpha - opacity);
	for (let channel = at; channel < at + 3; channel++) {
		const by = Math.abs((one[channel] as number) * alpha - (other[channel] as number) * opacity) / 255;
		into[channel] = by;
		most = Math.max(most, by);
	}
	return most;
}
