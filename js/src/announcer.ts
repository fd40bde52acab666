/** Tells those who cannot see it how it goes with what they asked for: politely, and now and then. */

import { h, say } from "./element.ts";
import { t } from "./language.ts";
import type { Job } from "./protocol.ts";
import type { View } from "./studio.ts";
import { elapsed, short } from "./wording.ts";

const PAUSE = 20_000;
const LONGEST = 120;

export function announcer({ pictures, catalog, watch, keep }: View): HTMLElement {
	const line = h("p", { class: "hidden", role: "status" });
	let jobs: Job[] = [];
	const tell = (sentence: string) => say(line, sentence);
	watch("running", (running) => {
		const known = new Set(jobs.map(({ id }) => id));
		jobs = Array.isArray(running) ? running : [];
		const fresh = jobs.find(({ id }) => !known.has(id));
		if (fresh) tell(t("Under way: {prompt}", { prompt: short(fresh.prompt, LONGEST) }));
	});
	keep(
		pictures.arrived.on(
			([picture]) => picture && tell(t("New picture: {prompt}", { prompt: short(picture.prompt, LONGEST) })),
		),
	);
	const timer = setInterval(() => {
		const job = jobs.find(({ started }) => started !== null);
		if (job) tell(t("Under way for {time}", { time: elapsed(catalog.now() - Number(job.started)) }));
	}, PAUSE);
	keep(() => clearInterval(timer));
	return line;
}
