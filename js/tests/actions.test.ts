import { describe, expect, it } from "vitest";
import { details, entries } from "./fake.ts";
import { button, field, open, press, shown } from "./setup.ts";

const prompt = (el: Element) => field<HTMLTextAreaElement>(el, "Prompt");
const option = (el: Element) => el.querySelector("[role=option]") as HTMLElement;

async function withPictures(traits = {}, known = {}) {
	const page = await open({ gateway: "sketch", model: "sketch", ...traits });
	page.greet(entries(3, 1));
	page.model.reply({ kind: "details", details: details("p3", { prompt: "a whole prompt", ...known }) });
	return page;
}

describe("a picture's keys", () => {
	it("begin to change it, with the prompt ready to be written over", async () => {
		const { model, el } = await withPictures({ prompt: "a fox" });
		press(option(el), "e");
		expect(model.state.source).toBe("p3");
		const { selectionStart, selectionEnd } = prompt(el);
		expect([selectionStart, selectionEnd]).toEqual([0, 5]);
	});

	it("make the same request once more, one for each press", async () => {
		const { model, el } = await withPictures();
		press(option(el), "a", { shiftKey: true });
		press(option(el), "a", { shiftKey: true, repeat: true });
		// As one adds a cell.
		press(option(el), "a");
		press(option(el), "a", { shiftKey: true });
		const [first, second, ...more] = model.of("again");
		expect(first?.picture).toBe("p3");
		expect(second?.click).not.toBe(first?.click);
		expect(more).toEqual([]);
	});

	it("vary it by the settings that are seen", async () => {
		const { model, el } = await withPictures({ n: 2, parameters: { seed: 7 } });
		press(option(el), "v", { shiftKey: true });
		expect(model.of("vary")).toMatchObject([
			{ picture: "p3", gateway: "sketch", model: "sketch", n: 2, parameters: { seed: 7 } },
		]);
	});

	it("say why it cannot be varied, and ask for nothing", async () => {
		const { model, el } = await withPictures({ gateway: "serevix", model: "gpt-image-1" });
		press(option(el), "v", { shiftKey: true });
		expect(model.of("vary")).toEqual([]);
		expect(shown(el, ".told")).toEqual([
			"Serevix does not offer this with gpt-image-1; choose another model.",
		]);
	});

	it("take all that are selected as references, each once", async () => {
		const { model, el } = await withPictures({ selected: ["p3", "p1"], references: ["p1"] });
		press(option(el), "r");
		expect(model.state.references).toEqual(["p1", "p3"]);
	});

	it("put its whole prompt into the box, and what stood there back", async () => {
		const { model, el } = await withPictures({ prompt: "my own words" });
		press(option(el), "p");
		expect(prompt(el).value).toBe("a whole prompt");
		button(el, "Put it back").click();
		expect(model.state.prompt).toBe("my own words");
		expect(shown(el, ".put-back")).toEqual([]);
	});

	it("wait for a prompt that is not here yet", async () => {
		const { model, el, greet } = await open();
		greet(entries(3, 1));
		press(option(el), "p");
		expect(prompt(el).value).toBe("");
		model.reply({ kind: "details", details: details("p3", { prompt: "it came" }) });
		expect(prompt(el).value).toBe("it came");
	});
});

describe("the buttons below a picture", () => {
	it("say before what the same request costs", async () => {
		const { el } = await withPictures({}, { asked_count: 4, again: { usd: 0.167 } });
		expect(button(el, "Again").title).toBe("The same request once more (Shift+A) · 4 images · ≈ $0.17");
	});

	it("rest where no request made it", async () => {
		const { model, el } = await withPictures({}, { operation: "composite" });
		expect(button(el, "Again").getAttribute("aria-disabled")).toBe("true");
		button(el, "Again").click();
		expect(model.of("again")).toEqual([]);
	});
});
