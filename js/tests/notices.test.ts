import { describe, expect, it, vi } from "vitest";
import * as dialogs from "../src/dialogs.ts";
import { Later } from "../src/later.ts";
import type { Notice } from "../src/protocol.ts";
import { button, open, shown, turned } from "./setup.ts";

const NOTICE: Notice = {
	id: "n1",
	level: "error",
	message: "The key was refused. Check it and press Generate again.",
	prompt: "a fox",
	generation: "g1",
	may_be_billed: true,
	lost: 0,
	status: null,
	request_id: "",
	more: false,
	select: [],
	restore: 0,
};

describe("a notice", () => {
	it("says what happened, marks what may have been billed, and gives the prompt back", async () => {
		const { model, el } = await open({ _notices: [NOTICE] });
		expect(shown(el, ".notice p")).toEqual([NOTICE.message, "a fox", "This may have been billed."]);
		button(el, "Use this prompt").click();
		expect(model.state.prompt).toBe("a fox");
		button(el.querySelector(".notices") as Element, "Dismiss").click();
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

	it("offers a retry, which is one press, with a word on billing where it may have been billed", async () => {
		const { model, el } = await open({ _notices: [NOTICE] });
		const retry = button(el, "Retry (may be billed again)");
		retry.click();
		retry.click();
		expect(model.of("retry")).toMatchObject([{ generation: "g1" }]);
		model.set("_notices", [{ ...NOTICE, id: "n2", may_be_billed: false }]);
		button(el, "Retry").click();
		expect(model.of("retry")).toHaveLength(2);
	});

	it("says why a retry was refused, and lets it be pressed again", async () => {
		const { model, el } = await open({ _notices: [NOTICE] });
		const retry = button(el, "Retry (may be billed again)");
		retry.click();
		vi.advanceTimersByTime(1100);
		expect(shown(el, ".notice .note")).toEqual(["The kernel is busy; interrupt it to cancel."]);
		const click = model.of("retry")[0]?.click ?? "";
		model.reply({ kind: "refused", click, message: "The budget is spent." });
		expect(shown(el, ".notice .note")).toEqual(["The budget is spent."]);
		expect(retry.disabled).toBe(false);
	});

	it("of pictures that were made and lost offers to fetch them again, for nothing", async () => {
		const { model, el } = await open({ _notices: [{ ...NOTICE, lost: 2 }] });
		const again = button(el, "Download again");
		expect(again.title).toBe("Fetches 2 pictures that were made; this is not billed.");
		again.click();
		expect(model.of("download")).toMatchObject([{ generation: "g1" }]);
		model.reply({ kind: "acknowledged", click: model.of("download")[0]?.click ?? "" });
		expect(shown(el, ".notice .note")).toEqual(["Fetching…"]);
	});

	it("of what was never sent offers neither", async () => {
		const { el } = await open({ _notices: [{ ...NOTICE, generation: null, may_be_billed: false }] });
		const names = [...el.querySelectorAll(".notice button")].map((each) => each.textContent);
		expect(names).toEqual(["Use this prompt", "Dismiss"]);
	});

	it("names status and request for the gateway's support desk, where it knows them", async () => {
		const { model, el } = await open({ _notices: [{ ...NOTICE, status: 500, request_id: "req_7" }] });
		expect(shown(el, ".support")).toEqual(["HTTP 500 · request req_7"]);
		expect(shown(el, ".copyable")).toEqual(["req_7"]);
		model.set("_notices", [{ ...NOTICE, id: "n2", request_id: "req_8" }]);
		expect(shown(el, ".support")).toEqual(["request req_8"]);
		model.set("_notices", [{ ...NOTICE, id: "n3" }]);
		expect(shown(el, ".support")).toEqual([]);
	});

	it("that is cut can be read to the end, with what the model wrote, as text", async () => {
		vi.spyOn(Later.prototype, "load").mockResolvedValue(dialogs);
		const { model, el } = await open({ _notices: [{ ...NOTICE, more: true }] });
		expect(model.of("failure")).toEqual([]);
		const fold = el.querySelector("details.failure") as HTMLDetailsElement;
		fold.open = true;
		await turned();
		expect(model.of("failure")).toEqual([{ kind: "failure", generation: "g1" }]);
		model.reply({ kind: "failure", generation: "g1", message: "All of it.", text: "I <b>cannot</b> draw." });
		expect(shown(fold, ".whole > *")).toEqual(["All of it.", "I <b>cannot</b> draw."]);
	});

	it("of a result of the history shows all that there are", async () => {
		const { model, el } = await open({ _notices: [{ ...NOTICE, generation: null, select: ["p3", "p1"] }] });
		button(el, "Show all 2").click();
		expect(model.state.selected).toEqual(["p3", "p1"]);
		expect(model.state.filter).toEqual({ pictures: ["p3", "p1"] });
	});

	it("of a deletion takes it back, and goes", async () => {
		const { model, el } = await open({ _notices: [{ ...NOTICE, generation: null, restore: 2 }] });
		button(el, "Undo").click();
		expect(model.of("restore")[0]?.notice).toBe(NOTICE.id);
		model.reply({ kind: "acknowledged", click: model.of("restore")[0]?.click ?? "" });
		expect(model.of("dismiss").map(({ notice }) => notice)).toEqual([NOTICE.id]);
	});
});
