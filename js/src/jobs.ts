/** Running and waiting jobs, a card each: what was asked, for how long, what can be seen of it, and a way to stop it. */

import { busy, tell } from "./clicks.ts";
import { h, on, say, statusLine } from "./element.ts";
import { counted, t } from "./language.ts";
import type { Job } from "./protocol.ts";
import type { View } from "./studio.ts";
import { elapsed } from "./wording.ts";

interface Card {
	element: HTMLElement;
	/** `place` in the queue, from 1 on, where it is queued. */
	show(job: Job, now: number, place: number): void;
	preview(url: string | undefined): void;
}

export function jobCards(view: View): HTMLElement {
	const list = h("ul", { class: "jobs", "aria-label": t("Running") });
	const more = h("p", { class: "note", hidden: true });
	const cards = new Map<string, Card>();
	let jobs: Job[] = [];
	let all = 0;
	const end = () => tell(view, { kind: "cancel_all" });
	const stopAll = h("button", { class: "link", hidden: true, onclick: end }, t("Cancel all"));

	const count = () => {
		stopAll.hidden = all < 2;
		say(
			more,
			all > jobs.length
				? counted(all - jobs.length, "and {n} more job waiting", "and {n} more jobs waiting")
				: "",
		);
	};
	const tick = () => {
		let queued = 0;
		for (const job of jobs) {
			if (isQueued(job)) queued++;
			cards.get(job.id)?.show(job, view.catalog.now(), queued);
		}
	};
	view.watch("running", (running) => {
		jobs = Array.isArray(running) ? running : [];
		reconcile(view, list, cards, jobs);
		tick();
		count();
	});
	view.watch("_running_count", (running) => {
		all = Number(running) || 0;
		count();
	});
	view.keep(view.previews.came.on((id) => cards.get(id)?.preview(view.previews.url(id))));
	const timer = setInterval(tick, 500);
	view.keep(() => clearInterval(timer));
	return h("div", { class: "running" }, list, h("div", { class: "row" }, more, stopAll));
}

function reconcile(view: View, list: HTMLElement, cards: Map<string, Card>, jobs: Job[]): void {
	const alive = new Set(jobs.map(({ id }) => id));
	for (const [id, card] of cards) {
		if (alive.has(id)) continue;
		card.element.remove();
		cards.delete(id);
	}
	for (const job of jobs) {
		if (cards.has(job.id)) continue;
		const card = makeCard(view, job);
		card.preview(view.previews.url(job.id));
		cards.set(job.id, card);
		list.append(card.element);
	}
	list.hidden = jobs.length === 0;
}

let made = 0;

function makeCard(view: View, job: Job): Card {
	const promptId = view.id(`job-${made++}`);
	const state = h("span", { class: "state" });
	const told = statusLine();
	const bar = h("div", { class: "progress", "aria-hidden": "true" }, h("i"));
	const image = h("img", {
		class: "partial",
		alt: t("Live preview"),
		decoding: "sync",
		draggable: "false",
		hidden: true,
	});
	const cancel = h("button", { class: "button", "aria-describedby": promptId }, t("Cancel"));
	on(cancel, "click", () => stop(view, job, told));
	const { varies, prompt } = job;
	const asked = varies ? t("A variation of {prompt}", { prompt }) : prompt || t("A variation");
	const many = job.n > 1 ? ` · ${counted(job.n, "{n} image", "{n} images")}` : "";
	const element = h(
		"li",
		{ class: "job" },
		image,
		h("span", { class: "shimmer", "aria-hidden": "true" }),
		h(
			"div",
			{ class: "about" },
			h("p", { id: promptId, class: "asked", dir: "auto" }, asked),
			h("p", { class: "meta" }, state, " · ", h("bdi", {}, job.model), many),
			told,
		),
		cancel,
		bar,
	);
	return {
		element,
		show: (now, at, place) => showState(element, state, bar, now, at, place),
		preview: (url) => showPreview(element, image, url),
	};
}

function showPreview(element: HTMLElement, image: HTMLImageElement, url: string | undefined): void {
	if (!url) return;
	image.src = url;
	image.hidden = false;
	element.classList.add("previewed");
}

function isQueued({ status, started }: Job): boolean {
	return status === "queued" || started === null;
}

function showState(
	element: HTMLElement,
	state: HTMLElement,
	bar: HTMLElement,
	job: Job,
	now: number,
	place: number,
): void {
	const waits = Math.ceil((job.waits_until ?? 0) - now);
	const idle = waits > 0 || isQueued(job);
	const seconds = idle ? 0 : Math.max(0, now - Number(job.started));
	say(
		state,
		waits > 0 ? limited(waits) : isQueued(job) ? queued(place, job.expected) : spent(seconds, job.expected),
	);
	element.classList.toggle("queued", idle);
	element.classList.toggle("limited", waits > 0);
	bar.classList.toggle("endless", !idle && !job.expected);
	bar.style.setProperty("--done", String(done(seconds, job.expected)));
}

function limited(seconds: number): string {
	return t("Rate limited; next try in {time}", { time: elapsed(seconds).replace(" ", "\u00a0") });
}

function queued(place: number, expected: number | null): string {
	const where = place > 1 ? t("Number {n} in the queue", { n: place }) : t("Next in the queue");
	return expected ? t("{where}, then about {time}", { where, time: elapsed(Math.max(1, expected)) }) : where;
}

function spent(seconds: number, expected: number | null): string {
	const time = elapsed(seconds);
	return expected ? t("{time} of about {all}", { time, all: elapsed(Math.max(1, expected)) }) : time;
}

/** Nears the end without reaching it: what it usually takes is a guess. */
function done(seconds: number, expected: number | null): number {
	if (!expected) return 0;
	return 1 - Math.exp((-1.6 * seconds) / expected);
}

function stop({ clicks }: View, job: Job, told: HTMLElement): void {
	const words = t("Cancelling…");
	say(told, words);
	clicks.press(
		{ kind: "cancel", generation: job.id },
		{
			late: () => say(told, busy()),
			answered: (refusal) => say(told, refusal ?? words),
		},
	);
}
