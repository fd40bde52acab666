/** What can be done with several pictures at once: the bar below the strip while more than one is selected. */

import { openCompare } from "./compare.ts";
import { areStarred, BEST, rate, remove, toggleStar } from "./curate.ts";
import { h, icon, say, statusLine } from "./element.ts";
import { counted, t } from "./language.ts";
import { saver } from "./saving.ts";
import type { View } from "./studio.ts";
import { openTags } from "./tagger.ts";

const MOST_COMPARED = 4;
/** Each is a file of its own, and a browser asks about many. */
const MOST_SAVED = 24;

export function severalBar(view: View, place: HTMLElement): void {
	const { draft, pictures, keep } = view;
	const ids = () => draft.get("selected");
	const told = statusLine();
	const save = saver(view, (sentence) => say(told, sentence));
	const count = h("b", { role: "status" });
	const star = tool("star", t("Star"), () => toggleStar(view, ids()));
	const compare = tool("compare", t("Compare"), () => openCompare(view, ids()));
	const download = bare(tool("download", t("Download"), () => ids().forEach(save)));
	const clear = bare(tool("cross", t("Select none (Escape)"), () => draft.edit({ selected: [] })));
	clear.classList.add("quiet");
	place.append(
		h("span", { class: "row" }, count, clear),
		star,
		ratings((stars) => rate(view, ids(), stars)),
		tool("tag", t("Tags…"), () => openTags(view, ids())),
		compare,
		download,
		bare(tool("trash", t("Delete"), () => remove(view, ids()))),
		told,
	);
	const show = () => {
		const { length } = ids();
		say(count, counted(length, "{n} selected", "{n} selected"));
		const starred = areStarred(view, ids());
		star.setAttribute("aria-pressed", String(starred));
		allow(compare, length <= MOST_COMPARED, t("Two to four can be compared"));
		allow(download, length <= MOST_SAVED, t("More at once: studio.history.export(…) in Python"));
	};
	keep(draft.changed.on((name) => name === "selected" && show()));
	keep(pictures.listed.on(show));
	show();
}

function tool(shape: Parameters<typeof icon>[0], words: string, act: () => void): HTMLButtonElement {
	return h("button", { class: "button", title: words, onclick: act }, icon(shape), h("span", {}, words));
}

/** Its words are heard and not seen. */
function bare(button: HTMLButtonElement): HTMLButtonElement {
	button.classList.add("bare");
	button.lastElementChild?.classList.add("hidden");
	return button;
}

/** The reason is its title, and it can still be reached. */
function allow(button: HTMLButtonElement, can: boolean, otherwise: string): void {
	button.disabled = !can;
	button.title = can ? (button.textContent ?? "") : otherwise;
}

function ratings(choose: (stars: number) => void): HTMLElement {
	const stars = Array.from({ length: BEST }, (_, at) => at + 1);
	const each = (n: number) =>
		h(
			"button",
			{
				class: "rate",
				"aria-label": t("Rate {n} of {best}", { n, best: BEST }),
				onclick: () => choose(n),
			},
			"★",
		);
	return h("div", { class: "rating", role: "group", "aria-label": t("Rating") }, ...stars.map(each));
}
