/** Tags of one picture or of several, and the note of one: a small dialog that changes them as one goes. */

import { note, tag } from "./curate.ts";
import { openDialog } from "./dialog.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { counted, t } from "./language.ts";
import type { View } from "./studio.ts";

const LONGEST_TAG = 100;
const LONGEST_NOTE = 10_000;

export function openTags(view: View, ids: string[]): void {
	const { pictures } = view;
	const one = ids.length === 1 ? (ids[0] as string) : undefined;
	const title = one ? t("Tags and note") : counted(ids.length, "Tags of {n} picture", "Tags of {n} pictures");
	const close = h("button", { class: "button quiet", "aria-label": t("Close") }, icon("cross"));
	const chips = h("div", { class: "chips" });
	const told = statusLine();
	const head = h("header", { class: "row" }, h("h3", {}, title), close);
	const text = noteField(view, one);
	const add = (word: string) => tag(view, ids, [word], []);
	const dialog = openDialog(
		view,
		{ label: title, class: "sheet tags" },
		[head, chips, tagField(view, add), ...(text ? [text.element] : []), told],
		() => text?.keep(),
	);
	const show = () => {
		chips.replaceChildren(...held(view, ids).map((each) => chip(each, () => tag(view, ids, [], [each[0]]))));
		chips.hidden = chips.childElementCount === 0;
		if (one) text?.show(pictures.details(one)?.note);
	};
	on(close, "click", dialog.close);
	// A press beside it.
	on(dialog.element, "click", (event) => event.target === dialog.element && dialog.close());
	dialog.keep(pictures.listed.on(show));
	dialog.keep(pictures.came.on((id) => id === one && show()));
	dialog.keep(view.answered.on((sentence) => say(told, sentence)));
	pictures.refresh();
	show();
	dialog.element.querySelector("input")?.focus();
}

type Tagged = [tag: string, on: number];

/** What is known of them: of many, a page of the list knows a part. */
function held({ pictures }: View, ids: string[]): Tagged[] {
	const counts = new Map<string, number>();
	for (const id of ids) {
		const tags = pictures.entry(id)?.tags ?? pictures.details(id)?.tags ?? [];
		for (const each of tags) counts.set(each, (counts.get(each) ?? 0) + 1);
	}
	return [...counts].sort(([one], [other]) => one.localeCompare(other));
}

function chip([words, on]: Tagged, take: () => void): HTMLElement {
	const label = t("Take the tag {tag} away", { tag: words });
	return h(
		"button",
		{ class: "chip", title: label, "aria-label": label, onclick: take },
		h("bdi", {}, words),
		on > 1 ? h("small", {}, String(on)) : null,
		icon("cross"),
	);
}

/** One that is typed before a comma or Enter; those that there are already are offered. */
function tagField({ pictures, id, keep }: View, add: (tag: string) => void): HTMLElement {
	const known = h("datalist", { id: id("tags") });
	const input = h("input", {
		class: "field",
		dir: "auto",
		maxlength: LONGEST_TAG,
		list: known.id,
		autocomplete: "off",
		enterkeyhint: "done",
		"aria-label": t("Add a tag"),
		placeholder: t("Add a tag…"),
	});
	const take = () => {
		const word = input.value.trim();
		if (word) add(word);
		input.value = "";
	};
	const show = () => known.replaceChildren(...pictures.tags.map((each) => h("option", { value: each })));
	const button = h("button", { class: "button", onclick: take }, t("Add"));
	on(input, "keydown", (event) => {
		if (event.isComposing || !["Enter", ","].includes(event.key)) return;
		event.preventDefault();
		take();
	});
	keep(pictures.listed.on(show));
	show();
	return h("div", { class: "row add" }, input, known, button);
}

interface NoteField {
	element: HTMLElement;
	show(note: string | undefined): void;
	keep(): void;
}

function noteField(view: View, id: string | undefined): NoteField | undefined {
	if (id === undefined) return undefined;
	let before: string | undefined;
	const field = h("textarea", {
		class: "field code",
		dir: "auto",
		rows: 3,
		maxlength: LONGEST_NOTE,
		disabled: true,
		"aria-label": t("Note"),
		placeholder: t("A note to yourself"),
	});
	const keep = () => {
		if (before === undefined || field.value === before) return;
		before = field.value;
		note(view, [id], before);
	};
	const show = (held: string | undefined) => {
		field.disabled = held === undefined;
		// What is being typed is newer than what is held.
		if (held !== undefined && (before === undefined || field.value === before)) field.value = before = held;
	};
	on(field, "change", keep);
	return { element: field, show, keep };
}
