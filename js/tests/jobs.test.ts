import { describe, expect, it, vi } from "vitest";
import type { Job } from "../src/protocol.ts";
import { catalog } from "./fake.ts";
import { button, open, shown } from "./setup.ts";

const WEBP = new Uint8Array([82, 73, 70, 70]);

const JOB: Job = {
	id: "g1",
	prompt: "a fox",
	gateway: "serevix",
	model: "gpt-image-1.5",
	n: 2,
	status: "running",
	started: 1000,
	expected: null,
};

describe("a running job", () => {
	it("has a Cancel that names the prompt", async () => {
		const { model, el } = await open({ running: [JOB], _running_count: 1 });
		const cancel = button(el, "Cancel");
		expect(document.getElementById(cancel.getAttribute("aria-describedby") ?? "")?.textContent).toBe("a fox");
		cancel.click();
		expect(model.of("cancel")).toMatchObject([{ generation: "g1" }]);
		vi.advanceTimersByTime(1100);
		expect(shown(el, ".job .note")).toEqual(["The kernel is busy; interrupt it to cancel."]);
		model.reply({ kind: "acknowledged", click: model.of("cancel")[0]?.click ?? "" });
		expect(shown(el, ".job .note")).toEqual(["Cancelling…"]);
	});

	it("without a prompt is a variation", async () => {
		const { el } = await open({ running: [{ ...JOB, prompt: "" }], _running_count: 1 });
		expect(shown(el, ".job .asked")).toEqual(["A variation"]);
	});

	it("that varies a picture says which", async () => {
		const { el } = await open({ running: [{ ...JOB, varies: true }], _running_count: 1 });
		expect(shown(el, ".job .asked")).toEqual(["A variation of a fox"]);
	});

	it("tells its time by the kernel's clock, and goes on doing so", async () => {
		const { model, el } = await open({ running: [JOB], _running_count: 1 });
		model.reply({ ...catalog(), now: 1012.5 } as never);
		vi.advanceTimersByTime(1000);
		expect(shown(el, ".state")).toEqual(["13 s"]);
		vi.advanceTimersByTime(60_000);
		expect(shown(el, ".state")).toEqual(["1:13 min"]);
	});

	it("keeps its card while others come and go", async () => {
		const { model, el } = await open({ running: [JOB], _running_count: 1 });
		const card = el.querySelector(".job");
		model.set("running", [JOB, { ...JOB, id: "g2", status: "queued", started: null }]);
		expect(el.querySelector(".job")).toBe(card);
		expect(shown(el, ".state")[1]).toBe("Next in the queue");
		model.set("running", []);
		expect(el.querySelector(".job")).toBeNull();
	});

	it("that is queued tells its place", async () => {
		const queued = { status: "queued", started: null } as const;
		const jobs = ["g1", "g2", "g3", "g4"].map((id) => ({ ...JOB, id, ...(id === "g1" ? {} : queued) }));
		const { el } = await open({ running: jobs });
		expect(shown(el, ".state").slice(1)).toEqual([
			"Next in the queue",
			"Number 2 in the queue",
			"Number 3 in the queue",
		]);
	});

	it("that waits at a rate limit counts down, by the kernel's clock, and then goes on", async () => {
		const { model, el } = await open({ running: [{ ...JOB, waits_until: 1024.2 }] });
		model.reply({ ...catalog(), now: 1012 } as never);
		vi.advanceTimersByTime(500);
		expect(shown(el, ".state")).toEqual(["Rate limited; next try in 12\u00a0s"]);
		vi.advanceTimersByTime(5000);
		expect(shown(el, ".state")).toEqual(["Rate limited; next try in 7\u00a0s"]);
		vi.advanceTimersByTime(60_000);
		expect(shown(el, ".state")).toEqual(["1:17 min"]);
		model.set("running", [{ ...JOB, waits_until: 1200 }]);
		expect(shown(el, ".state")).toEqual(["Rate limited; next try in 2:03\u00a0min"]);
	});

	it("shows its newest unfinished picture in each view, and lets go of it in the end", async () => {
		const { model, el } = await open({ running: [JOB] }, 2);
		const partial = (index: number) =>
			model.reply({ kind: "partial", generation: "g1", index, type: "image/webp" }, WEBP);
		const seen = () =>
			[...el.querySelectorAll<HTMLImageElement>(".job img:not([hidden])")].map(({ src }) => src);
		expect(seen()).toEqual([]);
		partial(0);
		const first = seen()[0];
		expect(seen()).toEqual([first, first]);
		partial(1);
		const second = seen()[0];
		expect(second).not.toBe(first);
		expect(URL.revokeObjectURL).toHaveBeenCalledWith(first);
		model.set("running", []);
		expect(URL.revokeObjectURL).toHaveBeenCalledWith(second);
		partial(2);
		expect(URL.createObjectURL).toHaveBeenCalledTimes(2);
	});

	it.each([
		[1, false],
		[2, true],
	])("is stopped with all others where there are any: %i", async (count, offered) => {
		const { model, el } = await open({ running: [JOB], _running_count: count });
		const all = button(el, "Cancel all");
		expect(all.hidden).toBe(!offered);
		all.click();
		expect(model.of("cancel_all")).toHaveLength(1);
	});

	it("is counted where there are more than are shown", async () => {
		const { el } = await open({ running: [JOB], _running_count: 3 });
		expect(shown(el, ".running > .row > .note")).toEqual(["and 2 more jobs waiting"]);
	});
});

describe("a budget", () => {
	it("is one line, where there is one", async () => {
		const { model, el } = await open();
		expect(shown(el, ".budget")).toEqual([]);
		model.set("_budget", { images: { spent: 3, limit: 20 } });
		expect(shown(el, ".budget")).toEqual(["3 of 20 images"]);
		model.set("_budget", { images: { spent: 3, limit: 20 }, usd: { spent: 0.126, limit: 5 } });
		expect(shown(el, ".budget")).toEqual(["3 of 20 images · $0.13 of $5.00"]);
		expect(el.querySelector(".budget")?.classList.contains("short")).toBe(false);
		model.set("_budget", { usd: { spent: 0.042, limit: 0.045 } });
		expect(shown(el, ".budget")).toEqual(["$0.042 of $0.045"]);
		expect(el.querySelector(".budget")?.classList.contains("short")).toBe(true);
	});
});

describe("an empty studio", () => {
	it("shows how to begin, with prompts to press", async () => {
		const { model, el, greet } = await open();
		greet();
		const examples = [...el.querySelectorAll<HTMLButtonElement>(".example")];
		expect(examples).toHaveLength(3);
		examples[1]?.click();
		expect(model.state.prompt).toBe(examples[1]?.textContent);
		expect(model.of("generate")).toEqual([]);
	});
});
