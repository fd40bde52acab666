/** A slider with its name, and its value in words. */

import { h, on, say } from "./element.ts";

export interface Range {
	label: string;
	least: number;
	most: number;
	step: number;
	value: number;
	/** The value as it is read. */
	words(value: number): string;
	put(value: number): void;
}

export function range({ label, least, most, step, value, words, put }: Range): HTMLElement {
	const input = h("input", { type: "range", min: least, max: most, step, value });
	const told = h("output", {}, words(value));
	on(input, "input", () => {
		put(Number(input.value));
		say(told, words(Number(input.value)));
	});
	// The arrows are the slider's own here, and no dialog's.
	on(input, "keydown", (event) => event.key.startsWith("Arrow") && event.stopPropagation());
	return h("label", { class: "range" }, label, input, told);
}
