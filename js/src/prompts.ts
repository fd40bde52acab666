/** The list of earlier prompts, with a search: arrows go through it, Enter or a click takes one. */

import { composing } from "./composing.ts";
import { openDialog } from "./dialog.ts";
import { Earlier } from "./earlier.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

const PAUSE = 200;

export function openPrompts(view: View): void {
	const field = searchField();
	const list = h("ul", { class: "prompts" });
	const empty = statusLine();
	const more = h("button", { class: "button", hidden: true }, t("Show more"));
	const close = closeButton();
	const head = h("header", { class: "row" }, h("h3", {}, t("Earlier prompts")), close);
	const properties = { label: t("Earlier prompts"), class: "sheet" };
	const dialog = openDialog(view, properties, [head, field, list, empty, more]);
	const take = (prompt: string) => {
		dialog.close();
		view.reuse.emit({ prompt });
	};
	let earlier: Earlier | undefined;
	const show = () => {
		const prompts = earlier?.prompts ?? [];
		list.append(...prompts.slice(list.children.length).map((prompt) => row(prompt, take)));
		more.hidden = !earlier?.hasMore;
		say(empty, prompts.length ? "" : t("No earlier prompt fits."));
	};
	const search = () => {
		earlier?.close();
		list.replaceChildren();
		earlier = new Earlier(view, field.value.trim(), show);
		earlier.more();
	};
	on(close, "click", dialog.close);
	on(more, "click", () => earlier?.more());
	listen(field, search, () => list.querySelector("button")?.click(), dialog.keep);
	on(dialog.element, "keydown", (event) => move(event, [field, ...list.querySelectorAll("button")]));
	dialog.keep(() => earlier?.close());
	search();
	field.focus();
}

export function closeButton(): HTMLButtonElement {
	const title = t("Close (Escape)");
	return h("button", { class: "button quiet bare", title, "aria-label": title }, icon("cross"));
}

function searchField(): HTMLInputElement {
	const label = t("Search earlier prompts");
	return h("input", { class: "field", type: "search", dir: "auto", placeholder: label, "aria-label": label });
}

function listen(
	field: HTMLInputElement,
	search: () => void,
	enter: () => void,
	keep: (undo: () => void) => void,
): void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const later = () => {
		clearTimeout(timer);
		timer = setTimeout(search, PAUSE);
	};
	const isComposing = composing(field, later);
	on(field, "input", () => isComposing() || later());
	on(field, "keydown", (event) => event.key === "Enter" && !event.isComposing && enter());
	keep(() => clearTimeout(timer));
}

function row(prompt: string, take: (prompt: string) => void): HTMLElement {
	const button = h("button", { class: "example", title: prompt }, h("span", { dir: "auto" }, prompt));
	on(button, "click", () => take(prompt));
	return h("li", {}, button);
}

function move(event: KeyboardEvent, stops: HTMLElement[]): void {
	const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
	const at = stops.indexOf(event.target as HTMLElement);
	const next = step === undefined || at < 0 ? undefined : stops[at + step];
	if (!next) return;
	event.preventDefault();
	next.focus();
}
