/** The parts of a prompt, and prompts to begin with: of a person, a scene and a work of art. */

import { h } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export function parts(): HTMLElement {
	const rows = [
		[t("Subject"), t("what to make: a person, a thing, a scene")],
		[t("Style"), t("how it looks: a photograph, ink, oil, paper cut-out")],
		[t("Details"), t("colours, light, composition")],
	] as const;
	return h(
		"dl",
		{ class: "parts" },
		...rows.map(([name, says]) => h("div", {}, h("dt", {}, name), h("dd", {}, says))),
	);
}

export function examples(view: View, pressed = () => {}): HTMLElement {
	const prompts = [
		t("A red fox asleep in fresh snow, ink and watercolour, soft morning light"),
		t("A lighthouse keeper mending nets, documentary photograph, window light, shallow focus"),
		t("Isometric night market on a floating island, paper cut-out, warm lanterns"),
	];
	const use = (prompt: string) => () => {
		pressed();
		view.reuse.emit({ prompt });
	};
	const buttons = prompts.map((prompt) => h("button", { class: "example", onclick: use(prompt) }, prompt));
	return h("div", { class: "examples" }, ...buttons);
}
