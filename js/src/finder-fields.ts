/** The fields that pictures are looked for by. */

import { composing } from "./composing.ts";
import { same } from "./draft.ts";
import { h, icon, on } from "./element.ts";
import { counted, day, t } from "./language.ts";
import type { Filter } from "./protocol.ts";
import type { View } from "./studio.ts";
import { short } from "./wording.ts";

const PAUSE = 250;
const LONGEST = 1000;

type Changes = { [name in keyof Filter]?: Filter[name] | undefined };
type Edit = (changes: Changes) => void;

/** A part of the bar, which shows what is held. */
interface Field {
	element: HTMLElement;
	show(filter: Filter): void;
}

/** Fills the bar; what comes back shows in it what is held. */
export function finderFields(view: View, bar: HTMLElement): () => void {
	const { draft } = view;
	const edit: Edit = (changes) => draft.edit({ filter: without({ ...draft.get("filter"), ...changes }) });
	const fields = [
		searchField(view, edit),
		starToggle(edit),
		...menus(view, edit),
		further(view, edit),
		chips(edit),
	];
	const show = () => {
		for (const field of fields) field.show(draft.get("filter"));
	};
	bar.append(...fields.map(({ element }) => element));
	show();
	return show;
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
		placeholder: t("Search prompts, notes, tags"),
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
	on(input, "input", () => isComposing() || later());
	on(input, "keydown", (event) => {
		if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
		if (event.key === "Escape") input.value = "";
		settle();
	});
	view.keep(() => clearTimeout(timer));
	const show = ({ text = "" }: Filter) => {
		// What is being typed is newer than what is held.
		if (timer === undefined && !isComposing() && input.value.trim() !== text) input.value = text;
	};
	const label = h("label", { for: id, class: "hidden" }, t("Search pictures"));
	return { element: h("div", { class: "search" }, label, icon("search"), input), show };
}

function starToggle(edit: Edit): Field {
	const element = h("button", { class: "button toggle" }, icon("star"), t("Starred"));
	on(element, "click", () =>
		edit({ starred: element.getAttribute("aria-pressed") === "true" ? undefined : true }),
	);
	return { element, show: ({ starred }) => element.setAttribute("aria-pressed", String(starred === true)) };
}

function menus({ pictures }: View, edit: Edit): Field[] {
	const orders: Choice[] = [
		["newest", t("Newest first")],
		["oldest", t("Oldest first")],
		["rating", t("Best rated first")],
	];
	const ratings: Choice[] = [1, 2, 3, 4, 5].map((each) => [
		String(each),
		each < 5 ? t("Rated {n}+", { n: each }) : t("Rated 5"),
	]);
	const named = (names: string[]): Choice[] => names.map((name) => [name, short(name, 40)]);
	return [
		menu(
			t("Model"),
			t("Any model"),
			2,
			() => named(pictures.models),
			({ model }) => model,
			(model) => edit({ model }),
		),
		menu(
			t("Tag"),
			t("Any tag"),
			1,
			() => named(pictures.tags),
			({ tag }) => tag,
			(tag) => edit({ tag }),
		),
		menu(
			t("Rating"),
			t("Any rating"),
			1,
			() => ratings,
			({ rating }) => rating && String(rating),
			(rating) => edit({ rating: Number(rating) }),
		),
		menu(
			t("Order"),
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
	on(element, "change", () => choose(element.value));
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

function further(view: View, edit: Edit): Field {
	const open = () => view.open((dialogs) => dialogs.openFilters(view, edit));
	const title = t("More to look for");
	const more = { class: "button bare", title, "aria-label": title, onclick: open };
	return { element: h("button", more, icon("more")), show: () => {} };
}

/** What has no field of its own, or a notice: to be seen, and taken away by a press. */
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
						class: "chip",
						title: t("Take this away"),
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
		["starred", starred === false && t("without a star")],
		["since", since !== undefined && t("since {day}", { day: day(since) })],
		["until", until !== undefined && t("until {day}", { day: day(until) })],
		[
			"pictures",
			pictures && counted(pictures.length, "{n} picture from history", "{n} pictures from history"),
		],
	];
	return words.filter((each): each is [keyof Filter, string] => typeof each[1] === "string");
}
