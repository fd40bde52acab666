/** What can be done with the picture that is shown large, and with those that are selected with it. */

import { areStarred, BEST, known, rate, remove, targets, toggleStar } from "./curate.ts";
import { h, icon, say } from "./element.ts";
import { saver } from "./saving.ts";
import type { View } from "./studio.ts";

export interface Toolbar {
	element: HTMLElement;
	/** What went wrong, below the buttons. */
	told: HTMLElement;
	show(id: string): void;
}

export function toolbar(view: View): Toolbar {
	const told = h("p", { class: "note told", role: "status", hidden: true });
	const save = saver(view, (sentence) => say(told, sentence));
	let shown = "";
	const ids = () => targets(view, shown);
	const star = button("star", "Star", () => toggleStar(view, ids()), "Star (S)");
	const rating = ratingButtons((stars) => rate(view, ids(), stars));
	const reuse = button(
		"reuse",
		"Use this prompt",
		() => {
			const prompt = view.pictures.details(shown)?.prompt;
			if (prompt !== undefined) view.reuse.emit(prompt);
		},
		"Use this prompt",
	);
	const download = button(
		"download",
		"Download",
		() => save(shown),
		"Download the file, with how it was made inside",
	);
	const trash = button("trash", "Delete", () => remove(view, ids()), "Delete: into the trash (Delete)");
	const element = h("div", { class: "row actions" }, star, rating.element, download, reuse, trash);
	const show = (id: string) => {
		shown = id;
		const marked = ids();
		const starred = areStarred(view, marked);
		star.setAttribute("aria-pressed", String(starred));
		say(star.querySelector("span") as Element, starred ? "Starred" : "Star");
		rating.show(known(view, id)?.rating ?? 0);
		reuse.disabled = view.pictures.details(id) === undefined;
		say(trash.querySelector("span") as Element, marked.length > 1 ? `Delete ${marked.length}` : "Delete");
	};
	view.keep(view.answered.on((sentence) => say(told, sentence)));
	return { element, told, show };
}

function button(shape: Parameters<typeof icon>[0], words: string, act: () => void, title?: string) {
	const made = h("button", { type: "button", class: "button", title }, icon(shape), h("span", {}, words));
	made.addEventListener("click", act);
	return made;
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
		h(
			"button",
			{
				type: "button",
				class: "rate",
				"aria-label": `Rate ${each} of ${BEST}`,
				title: `Rate ${each} of ${BEST} (${each}); 0 takes it away`,
				onclick: () => choose(each === held ? 0 : each),
			},
			String(each),
		),
	);
	const show = (rating: number) => {
		held = rating;
		for (const [at, each] of buttons.entries()) {
			each.setAttribute("aria-pressed", String(at + 1 === rating));
			each.classList.toggle("reached", at < rating);
		}
	};
	return { element: h("div", { class: "rating", role: "group", "aria-label": "Rating" }, ...buttons), show };
}
