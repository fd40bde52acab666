/** What went wrong, a card each, with the way on. A prompt is never lost to an error. */

import { h, icon } from "./element.ts";
import type { Notice } from "./protocol.ts";
import type { View } from "./studio.ts";

export function noticeCards(view: View): HTMLElement {
	const list = h("ul", { class: "notices", "aria-label": "Notices", "aria-live": "polite" });
	const cards = new Map<string, HTMLElement>();
	view.watch("_notices", (notices) => {
		const held = Array.isArray(notices) ? notices : [];
		drop(cards, new Set(held.map(({ id }) => id)));
		for (const notice of held) {
			if (cards.has(notice.id)) continue;
			const card = makeCard(view, notice);
			cards.set(notice.id, card);
			// The newest on top, where one looks.
			list.prepend(card);
		}
		list.hidden = cards.size === 0;
	});
	return list;
}

function drop(cards: Map<string, HTMLElement>, alive: Set<string>): void {
	for (const [id, card] of cards) {
		if (alive.has(id)) continue;
		card.remove();
		cards.delete(id);
	}
}

function makeCard(view: View, notice: Notice): HTMLElement {
	const { prompt, message, level, may_be_billed } = notice;
	const card = h(
		"li",
		{ class: `notice ${level === "error" || level === "warning" ? level : "info"}` },
		icon("warning"),
		h(
			"div",
			{ class: "about" },
			h("p", { class: "message", dir: "auto" }, message),
			prompt ? h("p", { class: "asked", dir: "auto" }, prompt) : null,
			may_be_billed ? h("p", { class: "billed" }, "This may have been billed.") : null,
			h("div", { class: "row" }, prompt ? reuseButton(view, prompt) : null, dismissButton(view, notice)),
		),
	);
	return card;
}

function reuseButton(view: View, prompt: string): HTMLElement {
	const use = () => view.reuse.emit(whole(prompt, view.draft.get("prompt")));
	return h("button", { type: "button", class: "button", onclick: use }, icon("reuse"), "Use this prompt");
}

/** A long prompt comes shortened; if it still stands in the box, the whole one is kept. */
function whole(prompt: string, standing: string): string {
	return prompt.endsWith("…") && standing.startsWith(prompt.slice(0, -1)) ? standing : prompt;
}

function dismissButton({ kernel }: View, { id }: Notice): HTMLElement {
	const dismiss = () => kernel.send({ kind: "dismiss", notice: id });
	return h("button", { type: "button", class: "button quiet", onclick: dismiss }, "Dismiss");
}
