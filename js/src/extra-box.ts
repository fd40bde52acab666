/** Fields for the request's body as JSON, sent as they are. */

import { same } from "./draft.ts";
import { h, on, say } from "./element.ts";
import { parseObject } from "./json.ts";
import { t } from "./language.ts";
import type { Values } from "./protocol.ts";
import type { View } from "./studio.ts";

/** Fills `fold`; what comes back tells why what is typed cannot be sent, and unfolds it then. */
export function extraBox(view: View, fold: HTMLDetailsElement): () => string | null {
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
	const check = () => {
		const { problem } = parseObject(box.value);
		say(error, problem ?? "");
		box.setAttribute("aria-invalid", String(problem !== null));
	};
	on(box, "input", () => {
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
	fold.append(h("label", { for: id }, t("Extra (JSON)")), box, error);
	return () => blocked(box, fold);
}

function blocked(box: HTMLTextAreaElement, fold: HTMLDetailsElement): string | null {
	const { problem } = parseObject(box.value);
	if (problem) fold.open = true;
	return problem && `${t("Mend the JSON in Extra, or clear it.")} ${problem}`;
}

function pretty(extra: Values): string {
	return Object.keys(extra).length === 0 ? "" : JSON.stringify(extra, null, 2);
}
