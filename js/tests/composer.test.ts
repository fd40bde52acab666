import { describe, expect, it, vi } from "vitest";
import type { Estimate } from "../src/protocol.ts";
import { button, field, open, press, shown, type } from "./setup.ts";

const prompt = (el: Element) => field<HTMLTextAreaElement>(el, "Prompt");

describe("the prompt", () => {
	it("reaches the kernel with each keystroke", async () => {
		const { model, el } = await open();
		type(prompt(el), "a fox");
		expect(model.state.prompt).toBe("a fox");
		expect(model.saved).toBe(1);
	});

	it("is not written over by an echo of an earlier keystroke", async () => {
		const { model, el } = await open();
		type(prompt(el), "a f");
		type(prompt(el), "a fo");
		model.set("prompt", "a f");
		expect(prompt(el).value).toBe("a fo");
	});

	it("takes what Python sets", async () => {
		const { model, el } = await open();
		type(prompt(el), "a fox");
		model.set("prompt", "an otter");
		expect(prompt(el).value).toBe("an otter");
	});

	it("takes what Python sets back to after a while", async () => {
		const { model, el } = await open();
		type(prompt(el), "a");
		type(prompt(el), "ab");
		vi.advanceTimersByTime(6000);
		model.set("prompt", "a");
		expect(prompt(el).value).toBe("a");
	});

	it("keeps the caret where text before it did not change", async () => {
		const { model, el } = await open({ prompt: "a fox in snow" });
		prompt(el).setSelectionRange(5, 5);
		model.set("prompt", "a fox in deep snow");
		expect(prompt(el).selectionStart).toBe(5);
	});

	it("keeps the caret's distance from the end where text before it changed", async () => {
		const { model, el } = await open({ prompt: "a fox in snow" });
		prompt(el).setSelectionRange(8, 8);
		model.set("prompt", "a red fox in snow");
		expect(prompt(el).selectionStart).toBe(12);
	});

	it("waits for an input method to finish, and is not written over meanwhile", async () => {
		const { model, el } = await open();
		prompt(el).dispatchEvent(new Event("compositionstart"));
		type(prompt(el), "hu li");
		model.set("prompt", "from Python");
		expect(model.state.prompt).toBe("from Python");
		expect(prompt(el).value).toBe("hu li");
		prompt(el).value = "狐狸";
		prompt(el).dispatchEvent(new Event("compositionend"));
		expect(model.state.prompt).toBe("狐狸");
	});

	it("is the same in a second view of the same studio", async () => {
		const { el } = await open({}, 2);
		const boxes = [...el.querySelectorAll("textarea.prompt")] as HTMLTextAreaElement[];
		type(boxes[0] as HTMLTextAreaElement, "a fox");
		expect(boxes[1]?.value).toBe("a fox");
		expect(new Set([...el.querySelectorAll("[id]")].map(({ id }) => id)).size).toBe(
			el.querySelectorAll("[id]").length,
		);
	});
});

describe("Generate", () => {
	it("sends exactly what is seen, with a click id of its own", async () => {
		const { model, el, greet } = await open({ parameters: { quality: "low" }, extra: { seed: 7 }, n: 2 });
		greet();
		type(prompt(el), "a fox");
		button(el, "Generate").click();
		button(el, "Generate").click();
		const [first, second] = model.of("generate");
		expect(first).toMatchObject({
			prompt: "a fox",
			gateway: "serevix",
			model: "gpt-image-1.5",
			n: 2,
			parameters: { quality: "low" },
			extra: { seed: 7 },
		});
		expect(first?.click).toMatch(/^[0-9a-f]{32}$/);
		expect(second?.click).not.toBe(first?.click);
	});

	it("asks for a prompt instead of sending an empty one", async () => {
		const { model, el } = await open({ prompt: "  " });
		button(el, "Generate").click();
		expect(model.of("generate")).toEqual([]);
		expect(shown(el, "[role=alert]")).toEqual(["Write a prompt first: say what the picture shows."]);
	});

	it.each([
		["Control", { ctrlKey: true }],
		["Command", { metaKey: true }],
	])("is one press with %s and Enter, however long it is held", async (_, modifier) => {
		const { model, el } = await open({ prompt: "a fox" });
		press(prompt(el), "Enter", modifier);
		press(prompt(el), "Enter", { ...modifier, repeat: true });
		expect(model.of("generate")).toHaveLength(1);
	});

	it("leaves Enter to the input method and to new lines", async () => {
		const { model, el } = await open({ prompt: "a fox" });
		press(prompt(el), "Enter", { ctrlKey: true, isComposing: true });
		expect(press(prompt(el), "Enter", { shiftKey: true }).defaultPrevented).toBe(false);
		expect(model.of("generate")).toEqual([]);
	});

	it("says after a second that the kernel is busy, until it answers", async () => {
		const { model, el } = await open({ prompt: "a fox" });
		button(el, "Generate").click();
		vi.advanceTimersByTime(990);
		expect(shown(el, ".busy")).toEqual([]);
		vi.advanceTimersByTime(20);
		expect(shown(el, ".busy")[0]).toMatch(/^The kernel is busy; interrupt it to cancel\./);
		model.reply({ kind: "acknowledged", click: model.of("generate")[0]?.click ?? "" });
		expect(shown(el, ".busy")).toEqual([]);
		expect(button(el, "Generate").disabled).toBe(false);
	});

	it("never says so when the kernel answers at once", async () => {
		const { model, el } = await open({ prompt: "a fox" });
		button(el, "Generate").click();
		model.reply({ kind: "acknowledged", click: model.of("generate")[0]?.click ?? "" });
		vi.advanceTimersByTime(5000);
		expect(shown(el, ".busy")).toEqual([]);
	});

	it("shows a refusal and leaves the prompt as it was", async () => {
		const { model, el } = await open({ prompt: "a fox" });
		button(el, "Generate").click();
		model.reply({
			kind: "refused",
			click: model.of("generate")[0]?.click ?? "",
			message: "No key for <b>Serevix</b>.",
		});
		expect(shown(el, "[role=alert]")).toEqual(["No key for <b>Serevix</b>."]);
		expect(prompt(el).value).toBe("a fox");
	});

	it("does nothing by itself when the studio opens", async () => {
		const { model, greet } = await open({ prompt: "a fox" });
		greet();
		vi.advanceTimersByTime(60_000);
		expect(model.of("generate")).toEqual([]);
	});
});

describe("without a kernel", () => {
	it("shows the controls and throws nothing", async () => {
		const { el } = await open({ prompt: "a fox" });
		vi.advanceTimersByTime(60_000);
		expect(field<HTMLSelectElement>(el, "Gateway").value).toBe("serevix");
		expect(field(el, "Model").value).toBe("gpt-image-1.5");
	});

	it("says so when the line is cut", async () => {
		const { model, el } = await open();
		model.emit("comm:close");
		expect(shown(el, ".gone")[0]).toMatch(/Run the cell again/);
	});

	it("leaves no listener and nothing on the page behind when it is closed", async () => {
		const { model, el, close } = await open({}, 2);
		expect(model.listeners).toBeGreaterThan(0);
		await close();
		expect(model.listeners).toBe(0);
		expect(el.children).toHaveLength(0);
		expect(vi.getTimerCount()).toBe(0);
	});

	it.each<[Estimate, string]>([
		[{ usd: 0.0423 }, "≈ $0.042"],
		[{ usd: 0 }, "Free"],
		[{ list_usd: 0.167, priced: "2026-11-01" }, "≈ $0.17 · list price"],
		[{}, ""],
	])("says beside the button what a press would cost: %o", async (estimate, words) => {
		const { model, el } = await open({ _estimate: { usd: 9 } });
		model.set("_estimate", estimate);
		const line = el.querySelector(".estimate") as HTMLElement;
		expect([line.textContent, line.hidden]).toEqual([words, words === ""]);
	});
});
