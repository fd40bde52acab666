/** What can be done with the picture that is shown large, and with it alone. */

import { type ActionKey, perform, whyNot } from "./actions.ts";
import { areStarred, BEST, known, rate, remove, toggleStar } from "./curate.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { price } from "./estimate.ts";
import { counted, t } from "./language.ts";
import type { View } from "./studio.ts";

export interface Toolbar {
	element: HTMLElement;
	/** What went wrong, below the buttons. */
	told: HTMLElement;
	show(id: string): void;
	/** Opens all that can be done with a picture. */
	menu(id: string, place: MouseEvent | Element, of?: View): void;
}

export function toolbar(view: View): Toolbar {
	const told = statusLine("note told");
	let saver: ((id: string) => void) | undefined;
	const save = (id: string) =>
		view.open((dialogs) => {
			saver ??= dialogs.saver(view, (sentence) => say(told, sentence));
			saver(id);
		});
	let shown = "";
	const action = (key: ActionKey, shape: Shape, words: string, title: string) =>
		button(shape, words, () => perform(view, key, shown, [shown]), title);
	const edit = action("e", "edit", t("Edit"), t("Change it by words (E)"));
	const again = action("a", "again", t("Again"), "");
	const star = button("star", t("Star"), () => toggleStar(view, [shown]), t("Star (S)"));
	const rating = ratingButtons((stars) => rate(view, [shown], stars));
	const download = bare(
		"download",
		t("Download"),
		() => save(shown),
		t("Download the file, with how it was made inside"),
	);
	const trash = bare("trash", t("Delete"), () => remove(view, [shown]), t("Delete: into the trash (Delete)"));
	const more = bare("more", t("More"), () => menu(shown, more), t("All that can be done with it (M)"));
	more.setAttribute("aria-haspopup", "menu");
	const menu: Toolbar["menu"] = (id, place, of = view) =>
		view.open((dialogs) => dialogs.openPictureMenu(of, id, place, save));
	const element = h(
		"div",
		{ class: "row actions" },
		edit,
		again,
		star,
		rating.element,
		download,
		trash,
		more,
	);
	const show = (id: string) => {
		shown = id;
		const starred = areStarred(view, [shown]);
		star.setAttribute("aria-pressed", String(starred));
		say(star.querySelector("span") as Element, starred ? t("Starred") : t("Star"));
		rating.show(known(view, id)?.rating ?? 0);
		again.title = [t("The same request once more (Shift+A)"), costs(view, id)].filter(Boolean).join(" · ");
		allow(view, edit, "e", id);
		allow(view, again, "a", id);
	};
	view.keep(view.answered.on((sentence) => say(told, sentence)));
	view.keep(view.catalog.changed.on(() => shown && show(shown)));
	view.keep(view.draft.changed.on((name) => name === "model" && shown && show(shown)));
	return { element, told, show, menu };
}

/** A press of what cannot be done says why: a button that is disabled could not. */
function allow(view: View, button: HTMLElement, key: ActionKey, id: string): void {
	button.setAttribute("aria-disabled", String(Boolean(whyNot(view, key, id))));
}

/** What the same request would cost once more. */
export function costs({ pictures }: View, id: string): string {
	const { asked_count = 1, again = {} } = pictures.details(id) ?? {};
	const many = asked_count > 1 ? counted(asked_count, "{n} image", "{n} images") : "";
	return [many, price(again)].filter(Boolean).join(" · ");
}

type Shape = Parameters<typeof icon>[0];

function button(shape: Shape, words: string, act: () => void, title: string): HTMLButtonElement {
	const made = h("button", { class: "button", title }, icon(shape), h("span", {}, words));
	on(made, "click", act);
	return made;
}

/** Without its words, which are there to be heard. */
function bare(...made: Parameters<typeof button>): HTMLButtonElement {
	const found = button(...made);
	found.lastElementChild?.classList.add("hidden");
	return found;
}

interface Rating {
	element: HTMLElement;
	show(rating: number): void;
}

/** A press of what stands already takes the rating away. */
function ratingButtons(choose: (rating: number) => void): Rating {
	let held = 0;
	const stars = Array.from({ length: BEST }, (_, at) => at + 1);
	const buttons = stars.map((each) =>
		h("button", {
			class: "rate",
			"aria-label": t("Rate {n} of {best}", { n: each, best: BEST }),
			title: t("Rate {n} of {best} ({n}); 0 takes it away", { n: each, best: BEST }),
			onclick: () => choose(each === held ? 0 : each),
		}),
	);
	const show = (rating: number) => {
		held = rating;
		for (const [at, each] of buttons.entries()) {
			each.setAttribute("aria-pressed", String(at + 1 === rating));
			each.classList.toggle("reached", at < rating);
			say(each, at < rating ? "★" : "☆");
		}
	};
	return {
		element: h("div", { class: "rating", role: "group", "aria-label": t("Rating") }, ...buttons),
		show,
	};
}
