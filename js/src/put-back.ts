/** What a press replaced in the prompt box and the settings, until it is put back or something is made. */

import type { Drafted } from "./draft.ts";
import { same } from "./draft.ts";
import { h, statusLine } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export interface PutBack {
	element: HTMLElement;
	/** Puts these in, and keeps what they replace. */
	replace(edits: Partial<Drafted>): void;
}

/** What can be worked out anew at a glance is not offered back. */
const KEPT = ["prompt", "gateway", "model", "n", "parameters"] as const;

export function putBack(view: View): PutBack {
	const { draft } = view;
	const element = statusLine("row put-back");
	const hide = () => {
		element.hidden = true;
	};
	const replace = (edits: Partial<Drafted>) => {
		const names = KEPT.filter((name) => name in edits && !same(edits[name], draft.get(name)));
		const before = Object.fromEntries(names.map((name) => [name, draft.get(name)])) as Partial<Drafted>;
		draft.edit(edits);
		element.hidden = !names.some((name) => name !== "prompt") && !before.prompt?.trim();
		const back = () => {
			draft.edit(before);
			hide();
		};
		element.replaceChildren(
			t("What stood here was replaced."),
			h("button", { class: "link", onclick: back }, t("Put it back")),
		);
	};
	view.keep(view.chosen.on(hide));
	return { element, replace };
}
