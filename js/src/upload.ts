/** Bytes that may be too many for one message: sent to the kernel in parts, each heard before the next is sent. */

import { freshId, type Press } from "./clicks.ts";
import type { View } from "./studio.ts";

const PART = 4 * 2 ** 20;
/** What the kernel takes of one upload. */
export const MOST_BYTES = 16 * PART;

export interface Progress {
	/** The kernel has not answered for a second. */
	late(): void;
	/** How much was heard so far, from 0 to 1. */
	sent?(share: number): void;
}

/** A message, or its answer, may be lost on its way; milliseconds until it is said again. */
const AGAIN = 10_000;

/**
 * Says it again until it is answered, or the view closes; `heard` listens for the answer. Ever more seldom, since a
 * kernel that is only busy has all of it to hear in the end.
 */
export function again<T>({ keep }: Pick<View, "keep">, ask: () => void, heard: Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const wait = (pause: number) => {
		timer = setTimeout(() => {
			ask();
			wait(2 * pause);
		}, pause);
	};
	wait(AGAIN);
	const stop = () => clearTimeout(timer);
	const done = keep(stop);
	return heard.finally(() => {
		stop();
		done();
	});
}

/** Gives the kernel's refusal, or null once it has heard the whole. `request` makes the message of one part. */
export async function upload(
	view: Pick<View, "clicks" | "keep">,
	bytes: Blob,
	request: (part: number, parts: number) => Press,
	{ late, sent }: Progress,
): Promise<string | null> {
	const parts = Math.ceil(bytes.size / PART);
	for (let part = 0; part < parts; part++) {
		const buffer = await bytes.slice(part * PART, (part + 1) * PART).arrayBuffer();
		const click = freshId();
		let send = () => {};
		const heard = new Promise<string | null>((answered) => {
			send = () => view.clicks.press(request(part, parts), { late, answered }, buffer, click);
		});
		send();
		const refusal = await again(view, send, heard);
		if (refusal !== null) return refusal;
		sent?.((part + 1) / parts);
	}
	return null;
}
