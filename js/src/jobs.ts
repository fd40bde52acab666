/** Running and waiting jobs, a card each: what was asked, for how long, and a way to stop it. */

import { BUSY } from "./clicks.ts";
import { h, say } from "./element.ts";
import type { Job } from "./protocol.ts";
import type { View } from "./studio.ts";
import { elapsed, plural } from "./wording.ts";

interface Card {
	element: HTMLElement;
	show(job: Job, now: number): void;
}

export function jobCards(view: View): HTMLElement {
	const list = h("ul", { class: "jobs", "aria-label": "Running" });
	const more = h("p", { class: "note", hidden: true });
	const cards = new Map<string, Card>();
	let jobs: Job[] = [];
	let all = 0;

	const count = () =>
		say(more, all > jobs.length ? `and ${plural(all - jobs.length, "more job")} waiting` : "");
	const tick = () => {
		for (const job of jobs) cards.get(job.id)?.show(job, view.catalog.now());
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
	const timer = setInterval(tick, 500);
	view.keep(() => clearInterval(timer));
	return h("div", { class: "running" }, list, more);
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
		cards.set(job.id, card);
		list.append(card.element);
	}
	list.hidden = jobs.length === 0;
}

let made = 0;

function makeCard(view: View, job: Job): Card {
	const promptId = view.id(`job-${made++}`);
	const state = h("span", { class: "state" });
	const told = h("p", { class: "note", role: "status", hidden: true });
	const bar = h("div", { class: "progress", "aria-hidden": "true" }, h("i"));
	const cancel = h("button", { type: "button", class: "button", "aria-describedby": promptId }, "Cancel");
	cancel.addEventListener("click", () => stop(view, job, told));
	const many = job.n > 1 ? ` · ${plural(job.n, "image")}` : "";
	const element = h(
		"li",
		{ class: "job" },
		h("span", { class: "shimmer", "aria-hidden": "true" }),
		h(
			"div",
			{ class: "about" },
			h("p", { id: promptId, class: "asked", dir: "auto" }, job.prompt),
			h("p", { class: "meta" }, state, " · ", h("bdi", {}, job.model), many),
			told,
		),
		cancel,
		bar,
	);
	return { element, show: (now, at) => showState(element, state, bar, now, at) };
}

function showState(element: HTMLElement, state: HTMLElement, bar: HTMLElement, job: Job, now: number): void {
	const queued = job.status === "queued" || job.started === null;
	const seconds = queued ? 0 : Math.max(0, now - Number(job.started));
	const usual = !queued && job.expected ? ` of about ${elapsed(Math.max(1, job.expected))}` : "";
	say(state, queued ? "Queued" : `${elapsed(seconds)}${usual}`);
	element.classList.toggle("queued", queued);
	bar.classList.toggle("endless", !queued && !job.expected);
	bar.style.setProperty("--done", String(done(seconds, job.expected)));
}

/** Nears the end without reaching it: what it usually takes is a guess. */
function done(seconds: number, expected: number | null): number {
	if (!expected) return 0;
	return 1 - Math.exp((-1.6 * seconds) / expected);
}

function stop({ clicks }: View, job: Job, told: HTMLElement): void {
	say(told, "Cancelling…");
	clicks.press(
		{ kind: "cancel", generation: job.id },
		{
			late: () => say(told, BUSY),
			answered: (refusal) => say(told, refusal ?? "Cancelling…"),
		},
	);
}
