/** Narrows the strip down and sorts it: one button while there is little to look through, a bar once there is more. */

import { h, icon, on, say } from "./element.ts";
import { counted, t } from "./language.ts";
import type { Filter } from "./protocol.ts";
import type { View } from "./studio.ts";

/** Pictures from which on the bar stands open by itself. */
const MANY = 12;

/** `tool`: what else has its place beside the count. */
export function finder(view: View, tool: HTMLElement): HTMLElement {
	const { draft, pictures } = view;
	const clear = () => draft.edit({ filter: {} });
	const count = h("p", { class: "counted", role: "status" });
	const opener = h("button", { class: "button quiet", "aria-expanded": "false" }, icon("search"), t("Find"));
	const all = h("button", { class: "link", onclick: clear }, icon("cross"), t("Show all"));
	const bar = h("div", { class: "fields", role: "search", "aria-label": t("Find pictures") });
	const empty = h("p", { class: "empty", hidden: true });
	let opened = false;
	let fields: (() => void) | undefined;

	const fill = () => {
		fields = () => {};
		view.open((dialogs) => {
			fields = dialogs.finderFields(view, bar);
			if (opened) bar.querySelector("input")?.focus();
			show();
		});
	};
	const show = () => {
		const filter = draft.get("filter");
		const narrowed = isNarrowed(filter);
		const open = opened || narrowed || filter.order !== undefined || pictures.count >= MANY;
		if (open && !fields) fill();
		fields?.();
		bar.hidden = !open;
		opener.hidden = open && bar.hasChildNodes(); // it keeps the focus, lest the notebook take what is typed
		all.hidden = !narrowed;
		say(count, counts(pictures.total, pictures.count, narrowed));
		const none = narrowed && pictures.settled && pictures.total === 0;
		say(empty, none ? t("No picture fits.") : "");
		element.hidden = pictures.count === 0 && !narrowed;
	};
	on(opener, "click", () => {
		opened = true;
		show();
		pictures.refresh();
	});
	const element = h(
		"div",
		{ class: "finder" },
		bar,
		h("div", { class: "row found" }, count, all, opener, tool),
		empty,
	);
	view.keep(pictures.listed.on(show));
	view.keep(draft.changed.on((name) => name === "filter" && show()));
	show();
	return element;
}

function counts(total: number, count: number, narrowed: boolean): string {
	if (!narrowed) return counted(count, "{n} picture", "{n} pictures");
	return counted(count, "{total} of {n} picture", "{total} of {n} pictures", { total });
}

function isNarrowed({ order: _, ...filter }: Filter): boolean {
	return Object.keys(filter).length > 0;
}
