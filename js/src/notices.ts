/** What went wrong, a card each, with the way on. A prompt is never lost to an error. */

import { busy, type Press } from "./clicks.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { fold } from "./failure.ts";
import { counted, t } from "./language.ts";
import type { Notice } from "./protocol.ts";
import type { View } from "./studio.ts";

export function noticeCards(view: View): HTMLElement {
	return cards(view, "notices", ({ restore }) => !restore);
}

/** What was just deleted, to be taken back: over the line above the strip, so that nothing moves under the mouse. */
export function deletionCards(view: View): HTMLElement {
	return cards(view, "notices deleted", ({ restore }) => restore > 0);
}

function cards(view: View, name: string, belongs: (notice: Notice) => boolean): HTMLElement {
	const list = h("ul", { class: name, "aria-label": t("Notices"), "aria-live": "polite" });
	const held = new Map<string, HTMLElement>();
	view.watch("_notices", (notices) => {
		const told = Array.isArray(notices) ? notices.filter(belongs) : [];
		drop(held, new Set(told.map(({ id }) => id)));
		for (const notice of told) {
			if (held.has(notice.id)) continue;
			const card = makeCard(view, notice);
			held.set(notice.id, card);
			// The newest on top, where one looks.
			list.prepend(card);
		}
		list.hidden = held.size === 0;
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
	const { prompt, message, level, may_be_billed, generation, more } = notice;
	const told = statusLine();
	const tone = level === "error" || level === "warning" ? level : "info";
	return h(
		"li",
		{ class: `notice ${tone}` },
		icon(tone === "info" ? tone : "warning"),
		h(
			"div",
			{ class: "about" },
			h("p", { class: "message", dir: "auto" }, message),
			more && generation ? fold(view, generation) : null,
			prompt ? h("p", { class: "asked", dir: "auto" }, prompt) : null,
			may_be_billed ? h("p", { class: "billed" }, t("This may have been billed.")) : null,
			supportLine(notice),
			h("div", { class: "row" }, ...waysOn(view, notice, told)),
			told,
		),
	);
}

/** What a gateway's support desk asks for; one press selects the id. */
function supportLine({ status, request_id }: Notice): HTMLElement | null {
	if (!status && !request_id) return null;
	const id = request_id ? h("code", { class: "copyable" }, request_id) : null;
	const words = [status ? `HTTP ${status}` : "", request_id ? t("request ") : ""].filter(Boolean).join(" · ");
	return h("p", { class: "support" }, words, id);
}

function waysOn(view: View, notice: Notice, told: HTMLElement): (HTMLElement | null)[] {
	const { generation, prompt, lost, select, restore } = notice;
	return [
		select?.length ? showButton(view, select) : null,
		restore ? restoreButton(view, notice, told) : null,
		lost > 0 && generation ? downloadButton(view, generation, lost, told) : null,
		generation ? retryButton(view, generation, notice, told) : null,
		prompt ? reuseButton(view, prompt) : null,
		dismissButton(view, notice),
	];
}

function downloadButton(view: View, generation: string, lost: number, told: HTMLElement): HTMLElement {
	const button = h("button", { class: "button" }, icon("download"), t("Download again"));
	button.title = counted(
		lost,
		"Fetches {n} picture that was made; this is not billed.",
		"Fetches {n} pictures that were made; this is not billed.",
	);
	on(button, "click", () => press(view, { kind: "download", generation }, button, told, t("Fetching…")));
	return button;
}

/** Pictures that were made and lost are billed: making them anew is billed again. */
function retryButton(
	view: View,
	generation: string,
	{ may_be_billed, lost }: Notice,
	told: HTMLElement,
): HTMLElement {
	const words = may_be_billed || lost > 0 ? t("Retry (may be billed again)") : t("Retry");
	const button = h("button", { class: "button" }, icon("again"), words);
	button.title = t("Asks for the same once more, as a new generation.");
	on(button, "click", () => press(view, { kind: "retry", generation }, button, told));
	return button;
}

/** One press pays once: the button rests until it was refused. */
function press(
	{ clicks }: View,
	request: Press,
	button: HTMLButtonElement,
	told: HTMLElement,
	underWay = "",
	done = () => {},
): void {
	button.disabled = true;
	say(told, "");
	clicks.press(request, {
		late: () => say(told, busy()),
		answered: (refusal) => {
			button.disabled = refusal === null;
			say(told, refusal ?? underWay);
			if (refusal === null) done();
		},
	});
}

/** What a call was given from the history, and the other results of the same call. */
function showButton({ draft }: View, ids: string[]): HTMLElement {
	const words = ids.length > 1 ? t("Show all {n}", { n: ids.length }) : t("Show it");
	const show = () => draft.edit({ filter: { pictures: ids }, selected: ids });
	return h("button", { class: "button", onclick: show }, icon("picture"), words);
}

function restoreButton(view: View, { id }: Notice, told: HTMLElement): HTMLElement {
	const button = h("button", { class: "button" }, icon("reuse"), t("Undo"));
	on(button, "click", () => {
		press(view, { kind: "restore", notice: id }, button, told, "", () =>
			view.kernel.send({ kind: "dismiss", notice: id }),
		);
	});
	return button;
}

function reuseButton(view: View, prompt: string): HTMLElement {
	const use = () => view.reuse.emit({ prompt: whole(prompt, view.draft.get("prompt")) });
	return h("button", { class: "button", onclick: use }, icon("reuse"), t("Use this prompt"));
}

/** A long prompt comes shortened; if it still stands in the box, the whole one is kept. */
function whole(prompt: string, standing: string): string {
	return prompt.endsWith("…") && standing.startsWith(prompt.slice(0, -1)) ? standing : prompt;
}

function dismissButton({ kernel }: View, { id }: Notice): HTMLElement {
	const dismiss = () => kernel.send({ kind: "dismiss", notice: id });
	return h("button", { class: "button quiet", onclick: dismiss }, t("Dismiss"));
}
