import { describe, expect, it, vi } from "vitest";
import type { Job, Notice } from "../src/protocol.ts";
import { catalog } from "./fake.ts";
import { button, open, shown } from "./setup.ts";

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

const NOTICE: Notice = {
	id: "n1",
	level: "error",
	message: "The key was refused. Check it and press Generate again.",
	prompt: "a fox",
	generation: "g1",
	may_be_billed: true,
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
		expect(shown(el, ".state")[1]).toBe("Queued");
		model.set("running", []);
		expect(el.querySelector(".job")).toBeNull();
	});

	it("is counted where there are more than are shown", async () => {
		const { el } = await open({ running: [JOB], _running_count: 3 });
		expect(shown(el, ".running > .note")).toEqual(["and 2 more jobs waiting"]);
	});
});

describe("a notice", () => {
	it("says what happened, marks what may have been billed, and gives the prompt back", async () => {
		const { model, el } = await open({ _notices: [NOTICE] });
		expect(shown(el, ".notice p")).toEqual([NOTICE.message, "a fox", "This may have been billed."]);
		button(el, "Use this prompt").click();
		expect(model.state.prompt).toBe("a fox");
		button(el, "Dismiss").click();
		expect(model.of("dismiss")).toEqual([{ kind: "dismiss", notice: "n1" }]);
	});

	it("does not shorten a prompt that still stands in the box", async () => {
		const { model, el } = await open({
			prompt: "a fox in the snow",
			_notices: [{ ...NOTICE, prompt: "a fox in…" }],
		});
		button(el, "Use this prompt").click();
		expect(model.state.prompt).toBe("a fox in the snow");
	});

	it("is text, whatever it looks like", async () => {
		const { el } = await open({ _notices: [{ ...NOTICE, message: "<img src=x onerror=alert(1)>" }] });
		expect(el.querySelector(".notice img")).toBeNull();
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
