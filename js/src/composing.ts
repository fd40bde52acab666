/** Input methods, by which Chinese, Japanese and Korean are typed. */

import { on } from "./element.ts";

/** Tells whether an input method is at work; its text counts when it is done. */
export function composing(box: HTMLElement, done: () => void): () => boolean {
	let busy = false;
	on(box, "compositionstart", () => {
		busy = true;
	});
	on(box, "compositionend", () => {
		busy = false;
		done();
	});
	return () => busy;
}
