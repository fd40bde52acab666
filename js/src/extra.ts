/** What the catalogue does not know, folded away: its box comes when it is unfolded. */

import { h, icon, on, say } from "./element.ts";
import { t } from "./language.ts";
import type { Part } from "./part.ts";
import type { View } from "./studio.ts";

export function extraField(view: View): Part {
	const badge = h("span", { class: "badge", hidden: true });
	const fold = h("details", { class: "extra" }, h("summary", {}, icon("chevron"), t("Extra"), badge));
	let problem: (() => string | null) | undefined;
	on(
		fold,
		"toggle",
		() =>
			view.open((dialogs) => {
				problem = dialogs.extraBox(view, fold);
			}),
		{ once: true },
	);
	const show = () => {
		const fields = Object.keys(view.draft.get("extra")).length;
		say(badge, fields ? t("{n} set", { n: fields }) : "");
	};
	view.keep(view.draft.changed.on((name) => name === "extra" && show()));
	show();
	return { element: fold, problem: () => problem?.() ?? null };
}
