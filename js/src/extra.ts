/** What the catalogue does not know, as JSON that goes into the request as it is. Folded away by default. */

import { same } from "./draft.ts";
import { h, icon, say } from "./element.ts";
import { parseObject } from "./json.ts";
import type { Part } from "./part.ts";
import type { Values } from "./protocol.ts";
import type { View } from "./studio.ts";

export function extraField(view: View): Part {
	const { draft } = view;
	const id = view.id("extra");
	const error = h("p", { id: `${id}-error`, class: "error", hidden: true });
	const box = h("textarea", {
		id,
		class: "field code",
		rows: 3,
		spellcheck: "false",
		autocapitalize: "off",
		placeholder: '{"seed": 7}',
		"aria-describedby": error.id,
	});
	const fold = h(
		"details",
		{ class: "extra" },
		h("summary", {}, icon("chevron"), "Extra", h("span", { class: "badge", hidden: true })),
		h("label", { for: id }, "Extra (JSON)"),
		box,
		error,
	);
	const check = () => {
		const { problem } = parseObject(box.value);
		say(error, problem ?? "");
		box.setAttribute("aria-invalid", String(problem !== null));
		say(fold.querySelector(".badge") as HTMLElement, badge(draft.get("extra")));
	};
	box.addEventListener("input", () => {
		const { values } = parseObject(box.value);
		if (values) draft.edit({ extra: values });
		check();
	});
	const show = () => {
		// Not rewritten while it says the same, whatever its spaces.
		if (!same(parseObject(box.value).values, draft.get("extra"))) box.value = pretty(draft.get("extra"));
		check();
	};
	view.keep(draft.changed.on((name) => name === "extra" && show()));
	show();
	return { element: fold, problem: () => blocked(box, fold) };
}

function blocked(box: HTMLTextAreaElement, fold: HTMLDetailsElement): string | null {
	const { problem } = parseObject(box.value);
	if (problem) fold.open = true;
	return problem && `Mend the JSON in Extra, or clear it. ${problem}`;
}

function pretty(extra: Values): string {
	return Object.keys(extra).length === 0 ? "" : JSON.stringify(extra, null, 2);
}

function badge(extra: Values): string {
	const fields = Object.keys(extra).length;
	return fields ? `${fields} set` : "";
}
