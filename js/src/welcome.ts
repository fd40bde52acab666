/** What stands where pictures will be: how to begin, with prompts that can be pressed. */

import { h, icon } from "./element.ts";
import type { View } from "./studio.ts";

const EXAMPLES = [
	"A red fox asleep in fresh snow, ink and watercolour, soft morning light",
	"A tiny greenhouse inside a light bulb, macro photograph, dew on the glass",
	"Isometric night market on a floating island, paper cut-out, warm lanterns",
];

export function welcome(view: View): HTMLElement {
	const element = h(
		"section",
		{ class: "welcome", "aria-label": "How to begin" },
		h("span", { class: "mark", "aria-hidden": "true" }, icon("picture")),
		h("h3", {}, "Your pictures will appear here"),
		h("p", {}, "Say what the picture shows, in which style, with which details. Or begin with one of these:"),
		h("div", { class: "examples" }, ...EXAMPLES.map((prompt) => example(view, prompt))),
		h(
			"p",
			{ class: "code-hint" },
			"In Python: ",
			h("code", {}, "studio.image"),
			" is the picture that is selected, else the newest.",
		),
	);
	const show = () => {
		element.hidden = view.pictures.count > 0 || view.pictures.entries.length > 0;
	};
	view.keep(view.pictures.listed.on(show));
	show();
	return element;
}

function example(view: View, prompt: string): HTMLElement {
	return h("button", { type: "button", class: "example", onclick: () => view.reuse.emit(prompt) }, prompt);
}
