/** Narrows the strip down and sorts it: one button while there is little to look through, a bar once there is more. */

import { same } from "./draft.ts";
import { h, icon, say } from "./element.ts";
import { composing } from "./prompt.ts";
import type { Filter } from "./protocol.ts";
import type { View } from "./studio.ts";
import { plural, short } from "./wording.ts";

/** Pictures from which on the bar stands open by itself. */
const MANY = 12;
const PAUSE = 250;
const LONGEST = 1000;

type Changes = { [name in keyof Filter]?: Filter[name] | undefined };
type Edit = (changes: Changes) => void;

/** A part of the bar, which shows what is held. */
interface Field {
	element: HTMLElement;
	show(filter: Filter): void;
}

export function finder(view: View): HTMLElement {
	const { draft, pictures } = view;
	const edit: Edit = (changes) => draft.edit({ filter: without({ ...draft.get("filter"), ...changes }) });
	const clear = () => draft.edit({ filter: {} });
	const search = searchField(view, edit);
	const fields = [search, starToggle(edit), ...menus(view, edit), chips(edit)];
	const counted = h("p", { class: "counted", role: "status" });
	const opener = h(
		"button",
		{ type: "button", class: "button quiet", "aria-expanded": "false" },
		icon("search"),
		"Find",
	);
	const all = h("button", { type: "button", class: "link", onclick: clear }, icon("cross"), "Show all");
	const bar = h("div", { class: "fields", role: "search", "aria-label": "Find pictures" });
	bar.append(...fields.map(({ element }) => element));
	const empty = h("p", { class: "empty", hidden: true });
	let opened = false;

	const show = () => {
		const filter = draft.get("filter");
		const narrowed = isNarrowed(filter);
		const open = opened || narrowed || filter.order !== undefined || pictures.count >= MANY;
		for (const field of fields) field.show(filter);
		bar.hidden = !open;
		opener.hidden = open;
		all.hidden = !narrowed;
		say(counted, counts(pictures.total, pictures.count, narrowed));
		const none = narrowed && pictures.settled && pictures.entries.length === 0;
		say(empty, none ? "No picture fits." : "");
		element.hidden = pictures.count === 0 && !narrowed;
	};
	opener.addEventListener("click", () => {
		opened = true;
		show();
		pictures.refresh();
		search.element.querySelector("input")?.focus();
	});
	const element = h(
		"div",
		{ class: "finder" },
		bar,
		h("div", { class: "row found" }, counted, all, opener),
		empty,
	);
	view.keep(pictures.listed.on(show));
	view.keep(draft.changed.on((name) => name === "filter" && show()));
	show();
	return element;
}

function counts(total: number, count: number, narrowed: boolean): string {
	return narrowed ? `${total} of ${plural(count, "picture")}` : plural(count, "picture");
}

function isNarrowed({ order: _, ...filter }: Filter): boolean {
	return Object.keys(filter).length > 0;
}

/** What asks for nothing is left out, as the kernel does it. */
function without(filter: Changes): Filter {
	const asked = Object.entries(filter).filter(
		([, value]) => ![undefined, "", 0, "newest"].includes(value as string),
	);
	return Object.fromEntries(asked);
}

function searchField(view: View, edit: Edit): Field {
	const id = view.id("find");
	const input = h("input", {
		id,
		class: "field",
		type: "search",
		dir: "auto",
		maxlength: LONGEST,
		autocomplete: "off",
		placeholder: "Search prompts, notes, tags",
	});
	let timer: ReturnType<typeof setTimeout> | undefined;
	const settle = () => {
		clearTimeout(timer);
		timer = undefined;
		edit({ text: input.value.trim() });
	};
	const later = () => {
		clearTimeout(timer);
		timer = setTimeout(settle, PAUSE);
	};
	const isComposing = composing(input, later);
	input.addEventListener("input", () => isComposing() || later());
	input.addEventListener("keydown", (event) => {
		if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
		if (event.key === "Escape") input.value = "";
		settle();
	});
	view.keep(() => clearTimeout(timer));
	const show = ({ text = "" }: Filter) => {
		// What is being typed is newer than what is held.
		if (timer === undefined && !isComposing() && input.value.trim() !== text) input.value = text;
	};
	const label = h("label", { for: id, class: "hidden" }, "Search pictures");
	return { element: h("div", { class: "search" }, label, icon("search"), input), show };
}

function starToggle(edit: Edit): Field {
	const element = h("button", { type: "button", class: "button toggle" }, icon("star"), "Starred");
	element.addEventListener("click", () =>
		edit({ starred: element.getAttribute("aria-pressed") === "true" ? undefined : true }),
	);
	return { element, show: ({ starred }) => element.setAttribute("aria-pressed", String(starred === true)) };
}

function menus({ pictures }: View, edit: Edit): Field[] {
	const orders: Choice[] = [
		["newest", "Newest first"],
		["oldest", "Oldest first"],
		["rating", "Best rated first"],
	];
	const ratings: Choice[] = [1, 2, 3, 4, 5].map((each) => [
		String(each),
		each < 5 ? `Rated ${each}+` : "Rated 5",
	]);
	const named = (names: string[]): Choice[] => names.map((name) => [name, short(name, 40)]);
	return [
		menu(
			"Model",
			"Any model",
			2,
			() => named(pictures.models),
			({ model }) => model,
			(model) => edit({ model }),
		),
		menu(
			"Tag",
			"Any tag",
			1,
			() => named(pictures.tags),
			({ tag }) => tag,
			(tag) => edit({ tag }),
		),
		menu(
			"Rating",
			"Any rating",
			1,
			() => ratings,
			({ rating }) => rating && String(rating),
			(rating) => edit({ rating: Number(rating) }),
		),
		menu(
			"Order",
			"",
			1,
			() => orders,
			({ order = "newest" }) => order,
			(order) => edit({ order: order as Filter["order"] }),
		),
	];
}

type Choice = [value: string, words: string];

/** Is there where there is something to choose, or something chosen. */
function menu(
	label: string,
	none: string,
	fewest: number,
	offered: () => Choice[],
	held: (filter: Filter) => string | number | undefined,
	choose: (value: string) => void,
): Field {
	const element = h("select", { class: "field", "aria-label": label, title: label });
	element.addEventListener("change", () => choose(element.value));
	let standing: Choice[] = [];
	const show = (filter: Filter) => {
		const value = String(held(filter) ?? "");
		const choices = offered();
		element.hidden = choices.length < fewest && value === "";
		const missing: Choice[] =
			choices.some(([each]) => each === value) || !value ? [] : [[value, short(value, 40)]];
		const all: Choice[] = [...(none ? [["", none] as Choice] : []), ...choices, ...missing];
		// One that is open would close.
		if (!same(all, standing)) {
			element.replaceChildren(...all.map(([each, words]) => h("option", { value: each }, words)));
			standing = all;
		}
		element.value = value;
		element.classList.toggle("unset", value === "");
	};
	return { element, show };
}

/** What only Python sets, or a notice: to be seen, and taken away by a press. */
function chips(edit: Edit): Field {
	const element = h("div", { class: "chips" });
	const show = (filter: Filter) => {
		const found = chipWords(filter);
		element.hidden = found.length === 0;
		element.replaceChildren(
			...found.map(([name, words]) =>
				h(
					"button",
					{
						type: "button",
						class: "chip",
						title: "Take this away",
						onclick: () => edit({ [name]: undefined }),
					},
					h("bdi", {}, words),
					icon("cross"),
				),
			),
		);
	};
	return { element, show };
}

function chipWords({
	gateway,
	operation,
	starred,
	since,
	until,
	pictures,
}: Filter): [keyof Filter, string][] {
	const words: [keyof Filter, string | undefined | false][] = [
		["gateway", gateway],
		["operation", operation],
		["starred", starred === false && "without a star"],
		["since", since !== undefined && `since ${day(since)}`],
		["until", until !== undefined && `until ${day(until)}`],
		["pictures", pictures && `${plural(pictures.length, "picture")} from history`],
	];
	return words.filter((each): each is [keyof Filter, string] => typeof each[1] === "string");
}

function day(seconds: number): string {
	return new Date(seconds * 1000).toLocaleDateString();
}
