/** What stands where pictures will be: how to begin, with prompts that can be pressed. */

import { h, icon } from "./element.ts";
import { examples, parts } from "./examples.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export function welcome(view: View): HTMLElement {
	const element = h(
		"section",
		{ class: "welcome", "aria-label": t("How to begin") },
		h("span", { class: "mark", "aria-hidden": "true" }, icon("picture")),
		h("h3", {}, t("Your pictures will appear here")),
		h("p", {}, t("A good prompt has three parts:")),
		parts(),
		h("p", {}, t("Begin with one of these:")),
		examples(view),
		h(
			"p",
			{ class: "code-hint" },
			t("In Python: "),
			h("code", {}, "studio.image"),
			t(" is the picture that is selected, else the newest."),
		),
	);
	const show = () => {
		element.hidden = view.pictures.count > 0;
	};
	view.keep(view.pictures.listed.on(show));
	show();
	return element;
}
