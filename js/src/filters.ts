/** What one looks for less often: the gateway, the operation, and from when to when. */

import { openDialog } from "./dialog.ts";
import { h, icon, on } from "./element.ts";
import { t } from "./language.ts";
import type { Filter } from "./protocol.ts";
import type { View } from "./studio.ts";

type Changes = { [name in keyof Filter]?: Filter[name] | undefined };

const DAY = 24 * 60 * 60 * 1000;

export function openFilters(view: View, edit: (changes: Changes) => void): void {
	const label = t("More to look for");
	const close = h("button", { class: "button quiet", "aria-label": t("Close") }, icon("cross"));
	const { gateway = "", operation = "", since, until } = view.draft.get("filter");
	const gateways = view.catalog.gateways.map((row): [string, string] => [row.id, row.label]);
	const operations: [string, string][] = [
		["generate", t("Generated")],
		["edit", t("Edited")],
		["vary", t("Varied")],
	];
	const dialog = openDialog(view, { label, class: "sheet tags" }, [
		h("header", { class: "row" }, h("h3", {}, label), close),
		h(
			"div",
			{ class: "settings" },
			choice(t("Gateway"), gateways, gateway, (value) => edit({ gateway: value })),
			choice(t("Operation"), operations, operation, (value) => edit({ operation: value })),
			date(t("Made since"), since, (day) => edit({ since: day && day.getTime() / 1000 })),
			// To the end of that day.
			date(t("Made until"), until, (day) => edit({ until: day && (day.getTime() + DAY - 1) / 1000 })),
		),
	]);
	on(close, "click", dialog.close);
	// A press beside it.
	on(dialog.element, "click", (event) => event.target === dialog.element && dialog.close());
}

function choice(
	label: string,
	choices: [string, string][],
	held: string,
	choose: (value: string) => void,
): HTMLElement {
	const known = choices.some(([value]) => value === held) ? choices : [...choices, [held, held] as const];
	const options = [["", t("Any")] as const, ...known.filter(([value]) => value)].map(([value, words]) =>
		h("option", { value, selected: value === held }, words),
	);
	const select = h("select", { class: "field" }, ...options);
	on(select, "change", () => choose(select.value));
	return h("label", { class: "setting" }, label, select);
}

/** A day is as this computer's calendar has it. */
function date(label: string, held: number | undefined, choose: (day: Date | undefined) => void): HTMLElement {
	const input = h("input", { class: "field", type: "date", value: held === undefined ? "" : day(held) });
	on(input, "change", () => choose(input.value ? new Date(`${input.value}T00:00`) : undefined));
	return h("label", { class: "setting" }, label, input);
}

function day(seconds: number): string {
	const when = new Date(seconds * 1000);
	const two = (part: number) => String(part).padStart(2, "0");
	return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}
