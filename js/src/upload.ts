/** Bytes that may be too many for one message: sent to the kernel in parts, each heard before the next is sent. */

import type { Clicks, Press } from "./clicks.ts";

const PART = 4 * 2 ** 20;
/** What the kernel takes of one upload. */
export const MOST_BYTES = 16 * PART;

export interface Progress {
	/** The kernel has not answered for a second. */
	late(): void;
	/** How much was heard so far, from 0 to 1. */
	sent?(share: number): void;
}

/** Gives the kernel's refusal, or null once it has heard the whole. `request` makes the message of one part. */
export async function upload(
	clicks: Clicks,
	bytes: Blob,
	request: (part: number, parts: number) => Press,
	{ late, sent }: Progress,
): Promise<string | null> {
	const parts = Math.ceil(bytes.size / PART);
	for (let part = 0; part < parts; part++) {
		const buffer = await bytes.slice(part * PART, (part + 1) * PART).arrayBuffer();
		const refusal = await new Promise<string | null>((answered) =>
			clicks.press(request(part, parts), { late, answered }, buffer),
		);
		if (refusal !== null) return refusal;
		sent?.((part + 1) / parts);
	}
	return null;
}
