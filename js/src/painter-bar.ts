/** The painter's buttons and sliders. They hold nothing: each says what it is for, and shows what is. */

import { h, on, say } from "./element.ts";
import { toolButton } from "./zoom-bar.ts";

const LINES = {
	brush:
		"M20 4c-4 2-8 6-10 9l2 2c3-2 7-6 9-10zM9.500 13.500c-3 0-3 2.500-3.500 4-.4 1.300-1.400 2-3 2.500 4 1.500 9 .5 9-4",
	eraser: "M4 14.500l9-9 7 7-6.500 6.500H8.500zM8.500 10l7 7M8 19h12",
	rectangle: "M4 6h16v12H4z",
	lasso:
		"M12 4c5 0 9 2.500 9 6s-4 6-9 6-9-2.500-9-6 4-6 9-6zM6.500 14.500c-2.500 1.500-1.500 4 .5 4s1.500 2 .5 3",
	undo: "M9 14l-5-5 5-5M4 9h10a6 6 0 0 1 6 6v4",
	redo: "M15 14l5-5-5-5M20 9H10a6 6 0 0 0-6 6v4",
	invert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zv18M15 4.500v15M18 7v10",
	fill: "M4 4h16v16H4zM4 12l8-8M4 20L20 4M12 20l8-8",
	clear: "M4 4h16v16H4zM9 9l6 6m0-6l-6 6",
};

/** Its name, and its key. */
export type Named = [name: string, key: string];

export function button(shape: keyof typeof LINES, [name, key]: Named, act: () => void): HTMLButtonElement {
	return toolButton(LINES[shape], `${name} (${key})`, act);
}

export function group(name: string, ...children: Node[]): HTMLElement {
	return h("div", { class: "row", role: "group", "aria-label": name }, ...children);
}

/** As `button`, for one that stays pressed. */
export function pressed(button: HTMLButtonElement, on: boolean): void {
	button.setAttribute("aria-pressed", String(on));
}

export interface Slider {
	element: HTMLElement;
	/** `words` is what a number alone does not say. */
	show(value: number, words: string): void;
}

export function slider(
	name: string,
	title: string,
	[min, max]: [number, number],
	change: (value: number) => void,
): Slider {
	const input = h("input", { type: "range", min, max, step: "any", title });
	const words = h("span", { class: "meta", "aria-hidden": "true" });
	on(input, "input", () => change(input.valueAsNumber));
	return {
		element: h("label", { class: "range" }, h("span", {}, name), input, words),
		show: (value, text) => {
			input.value = String(value);
			input.setAttribute("aria-valuetext", text);
			say(words, text);
		},
	};
}
