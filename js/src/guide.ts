/** How to write a prompt: its three parts, examples that can be pressed, tips, and what the gateway advises. */

import { openDialog } from "./dialog.ts";
import { h, on } from "./element.ts";
import { examples, parts } from "./examples.ts";
import { t } from "./language.ts";
import { closeButton } from "./prompts.ts";
import type { View } from "./studio.ts";

export function openGuide(view: View): void {
	const close = closeButton();
	const title = t("How to write a prompt");
	const { note = "", label = "" } = view.catalog.gateway(view.draft.get("gateway")) ?? {};
	const dialog = openDialog(view, { label: title, class: "sheet guide" }, [
		h("header", { class: "row" }, h("h3", {}, title), close),
		parts(),
		h("h4", {}, t("Examples")),
		examples(view, () => dialog.close()),
		h("h4", {}, t("Tips")),
		h("ul", { class: "tips" }, ...tips().map((tip) => h("li", {}, tip))),
		...(note
			? [h("h4", {}, t("What {gateway} advises", { gateway: label })), h("p", { dir: "auto" }, note)]
			: []),
	]);
	on(close, "click", dialog.close);
}

function tips(): string[] {
	return [
		t("Be clear and specific: name what is there, and leave the rest out."),
		t("Keep to one style; two that disagree make neither."),
		t("Add colours, light and composition: “golden hour”, “seen from below”, “plenty of empty space”."),
		t("Words that are to stand in the picture go in quotes."),
		t("Ask for several images at once, and choose; then change the best one with Edit."),
		t("{name} is filled with your variable of that name; a list makes a request for each of its values.", {
			name: "{name}",
		}),
	];
}
