import { describe, expect, it, vi } from "vitest";
import type { Gateway, Reply } from "../src/protocol.ts";
import { catalog, GATEWAYS, parameter } from "./fake.ts";
import { button, choose, field, hasField, open, press, shown, turned, type, withDialogs } from "./setup.ts";

const select = (el: Element, label: string) => field<HTMLSelectElement>(el, label);
const words = (el: Element, label: string) => select(el, label).selectedOptions[0]?.textContent;

const parameterLabels = (el: Element) =>
	[...el.querySelectorAll<HTMLElement>("label[id*=parameter]")].map((label) => label.textContent);
const OUT_OF_RANGE = "The number of images is a whole number from 1 to 10.";

describe("parameters", () => {
	it("are those of the chosen model, each at its default", async () => {
		const { el, greet } = await open();
		greet();
		expect(words(el, "Size")).toBe("default (1024x1024)");
		expect(field(el, "Output compression").placeholder).toBe("default (100)");
		expect(hasField(el, "Aspect ratio")).toBe(false);
	});

	it("are held once changed, in a new object, and gone again at the default", async () => {
		const { model, el, greet } = await open();
		greet();
		const before = model.state.parameters;
		choose(select(el, "Quality"), "low");
		expect(model.state.parameters).toEqual({ quality: "low" });
		expect(before).toEqual({});
		choose(select(el, "Quality"), "default (high)");
		expect(model.state.parameters).toEqual({});
	});

	it("go back to the default with one press", async () => {
		const { model, el, greet } = await open({ parameters: { output_compression: 50 } });
		greet();
		const reset = el.querySelector<HTMLButtonElement>("[aria-label='Back to default']:not([hidden])");
		reset?.click();
		expect(model.state.parameters).toEqual({});
		expect(field(el, "Output compression").value).toBe("");
	});

	it("keep an earlier change when its echo comes late", async () => {
		const { model, el, greet } = await open();
		greet();
		choose(select(el, "Quality"), "low");
		choose(select(el, "Size"), "1792x1024");
		model.set("parameters", { quality: "low" });
		choose(select(el, "Background"), "opaque");
		expect(model.state.parameters).toEqual({ quality: "low", size: "1792x1024", background: "opaque" });
	});

	it("show a value that Python set and the model does not offer", async () => {
		const { model, el, greet } = await open({ parameters: { quality: "ultra" } });
		greet();
		expect(words(el, "Quality")).toBe("ultra – not offered by this model");
		choose(select(el, "Size"), "1792x1024");
		expect(model.state.parameters).toEqual({ quality: "ultra", size: "1792x1024" });
	});

	it("take true and false, numbers and free sizes as such", async () => {
		const { model, el, greet } = await open({ gateway: "sketch", model: "sketch" });
		greet();
		choose(select(el, "Transparent"), "yes");
		type(field(el, "Latency (s)"), "0.5");
		type(field(el, "Size"), "800x600");
		expect(model.state.parameters).toEqual({ transparent: true, latency: 0.5, size: "800x600" });
	});

	it("of an unknown model are free text that can be changed and removed", async () => {
		const { model, el, greet } = await open({ model: "new-9", parameters: { steps: 30, detail: "fine" } });
		greet();
		type(field(el, "steps"), "40");
		expect(model.state.parameters).toEqual({ steps: 40, detail: "fine" });
		el.querySelector<HTMLButtonElement>("[aria-label=Remove]")?.click();
		expect(model.state.parameters).toEqual({ detail: "fine" });
		expect(hasField(el, "steps")).toBe(false);
	});

	it("that the kernel drops for another model are dropped here, even if dropped before", async () => {
		const { model, el, greet } = await open();
		greet();
		choose(select(el, "Background"), "opaque");
		choose(select(el, "Background"), "default (auto)");
		choose(select(el, "Background"), "opaque");
		model.set("model", "gemini-3-pro-image-preview");
		choose(select(el, "Gateway"), "Sketch (offline)");
		model.set("parameters", {});
		button(el, "Generate");
		type(field<HTMLTextAreaElement>(el, "Prompt"), "a fox");
		button(el, "Generate").click();
		expect(model.of("generate")[0]?.parameters).toEqual({});
	});
});

describe("a model that its gateway does not list", () => {
	const UNKNOWN = "Not in the catalogue; sent as typed.";
	const custom = { gateway: "custom", model: "gpt-image-1" };

	it("has the controls of the general catalogue, and no note that it is unknown", async () => {
		const { el, greet } = await open(custom);
		greet();
		expect(words(el, "Size")).toBe("default (1024x1024)");
		expect(words(el, "Quality")).toBe("default (high)");
		expect(hasField(el, "Seed")).toBe(false);
		expect(shown(el, ".note")).not.toContain(UNKNOWN);
	});

	it("has its prompts counted", async () => {
		const { el, greet } = await open({ ...custom, prompt: "x".repeat(3900) });
		greet();
		expect(shown(el, ".counter")).toEqual(["3,900 of 4,000 characters"]);
	});

	it("takes what every model on its gateway takes, after its own", async () => {
		const { el, greet } = await open({ gateway: "sketch", model: "gpt-image-1" });
		greet();
		expect(parameterLabels(el)).toEqual([
			"Size",
			"Quality",
			"Background",
			"Output compression",
			"Seed",
			"Latency (s)",
		]);
	});

	it("has one control for a parameter that it and its gateway both name, and the gateway's counts", async () => {
		const { model, el } = await open(custom);
		const quality = parameter("quality", { choices: ["hd"], default: "hd" });
		model.reply(catalog(GATEWAYS.map((each) => ({ ...each, parameters: [quality] }))));
		expect(parameterLabels(el).filter((label) => label === "Quality")).toHaveLength(1);
		expect(words(el, "Quality")).toBe("default (hd)");
	});

	it("and that the general catalogue does not know either has no controls, and a note", async () => {
		const { el, greet } = await open({ gateway: "sketch", model: "new-9" });
		greet();
		expect(parameterLabels(el)).toEqual([]);
		expect(shown(el, ".note")).toContain(UNKNOWN);
	});

	it("is unknown to a kernel that sends no general catalogue, and nothing breaks", async () => {
		const { model, el } = await open(custom);
		const gateways = GATEWAYS.map(({ parameters: _, ...each }) => each as Gateway);
		model.reply({ kind: "catalog", now: Date.now() / 1000, gateways } as Reply);
		expect(parameterLabels(el)).toEqual([]);
		expect(shown(el, ".note")).toContain(UNKNOWN);
		model.set("gateway", "serevix");
		expect(words(el, "Size")).toBe("default (1024x1024)");
	});

	it("is not called unknown before the kernel has answered", async () => {
		const { el } = await open({ gateway: "custom", model: "new-9" });
		expect(shown(el, ".note")).not.toContain(UNKNOWN);
	});
});

describe("gateway and model", () => {
	withDialogs();

	it("change together: a gateway brings its default model, in one message", async () => {
		const { model, el, greet } = await open();
		greet();
		choose(select(el, "Gateway"), "Sketch (offline)");
		expect([model.state.gateway, model.state.model, model.saved]).toEqual(["sketch", "sketch", 1]);
	});

	it("take a model that is typed, once it is whole", async () => {
		const { model, el, greet } = await open();
		greet();
		type(field(el, "Model"), "gpt-image-9");
		expect(model.state.model).toBe("gpt-image-1.5");
		field(el, "Model").dispatchEvent(new Event("change", { bubbles: true }));
		expect(model.state.model).toBe("gpt-image-9");
		expect(shown(el, ".note")).toContain("Not in the catalogue; sent as typed.");
	});

	it("send the model that stands in the field, left or not", async () => {
		const { model, el, greet } = await open({ prompt: "a fox" });
		greet();
		type(field(el, "Model"), "gpt-image-9");
		press(field(el, "Model"), "Enter", { ctrlKey: true });
		expect(model.of("generate")[0]?.model).toBe("gpt-image-9");
	});

	it("offer all known models by keyboard, not only the one in the field", async () => {
		const { model, el, greet } = await open();
		greet();
		const input = field(el, "Model");
		press(input, "ArrowDown");
		expect(shown(el, "[role=option]")).toEqual([
			"gpt-image-1.5",
			"gpt-image-1",
			"gemini-3-pro-image-preview",
		]);
		press(input, "ArrowDown");
		press(input, "Enter");
		expect(model.state.model).toBe("gpt-image-1");
	});

	it("name the variable where a key is missing, send a typed one once and keep nothing", async () => {
		const { model, el, greet } = await open({ gateway: "xty" });
		greet();
		await turned();
		expect(shown(el, ".needs p")[0]).toContain("XTY_API_KEY");
		const key = field(el, "API key");
		type(key, " sk-canary ");
		button(el, "Use key").click();
		expect(model.of("key")).toMatchObject([{ gateway: "xty" }]);
		expect(model.carried.map((each) => new TextDecoder().decode(each))).toEqual(["sk-canary"]);
		expect(key.value).toBe("");
		const said = JSON.stringify([model.state, model.of("key")]);
		expect(said + document.body.outerHTML).not.toContain("canary");
	});

	it("say of sketches that nothing is sent or billed", async () => {
		const { el, greet } = await open({ gateway: "sketch", model: "sketch" });
		greet();
		expect(shown(el, ".ask .note")[0]).toMatch(/^Offline sketches: nothing is sent or billed\./);
	});
});

describe("the number of images", () => {
	it("is held only while it is one that can be asked for", async () => {
		const { model, el, greet } = await open({ prompt: "a fox" });
		greet();
		const n = field(el, "Number of images");
		type(n, "4");
		type(n, "99");
		expect(model.state.n).toBe(4);
		button(el, "Generate").click();
		expect(model.of("generate")).toEqual([]);
		expect(shown(el, "[role=alert]")).toEqual([OUT_OF_RANGE]);
	});

	it.each(["0", "99", "1.5", ""])(
		"stays as typed when the field is left, and %j is never sent as an older number",
		async (typed) => {
			const { model, el, greet } = await open({ prompt: "a fox", n: 4 });
			greet();
			const n = field(el, "Number of images");
			type(n, typed);
			// A press of the mouse takes the focus away before it becomes a click.
			n.dispatchEvent(new Event("change", { bubbles: true }));
			n.dispatchEvent(new Event("blur"));
			expect(n.value).toBe(typed);
			expect(shown(el, ".note[role=status]")).toEqual([OUT_OF_RANGE]);
			button(el, "Generate").click();
			expect(shown(el, "[role=alert]")).toEqual([OUT_OF_RANGE]);
			expect(model.of("generate")).toEqual([]);
			expect(n.value).toBe(typed);
		},
	);

	it("is no longer complained of once it is typed as it was", async () => {
		const { el, greet } = await open({ prompt: "a fox", n: 4 });
		greet();
		type(field(el, "Number of images"), "");
		button(el, "Generate").click();
		type(field(el, "Number of images"), "4");
		expect(shown(el, "[role=alert]")).toEqual([]);
		expect(shown(el, ".note[role=status]")).toEqual(["Sent as 4 requests: this model gives 1 at a time."]);
	});

	it("that cannot be asked for survives a change of model, and gives way to what Python sets", async () => {
		const { model, el, greet } = await open({ n: 4 });
		greet();
		const n = field(el, "Number of images");
		type(n, "99");
		model.set("model", "gpt-image-1");
		expect(n.value).toBe("99");
		model.set("n", 3);
		expect(n.value).toBe("3");
		expect(shown(el, ".note[role=status]")).toEqual([]);
	});

	it("is sent as it is seen when another model makes it one that can be asked for", async () => {
		const { model, el } = await open({ prompt: "a fox", n: 2 });
		const few = structuredClone(GATEWAYS);
		for (const each of few[0]?.models ?? []) each.max_images = 4;
		model.reply(catalog(few));
		type(field(el, "Number of images"), "8");
		expect(model.state.n).toBe(2);
		model.reply(catalog());
		button(el, "Generate").click();
		expect(model.of("generate")[0]?.n).toBe(8);
	});

	it("says into how many requests it is split", async () => {
		const { el, greet } = await open();
		greet();
		type(field(el, "Number of images"), "3");
		expect(shown(el, ".note[role=status]")).toEqual(["Sent as 3 requests: this model gives 1 at a time."]);
	});
});

describe("extra", () => {
	withDialogs();

	const extra = (el: Element) => field<HTMLTextAreaElement>(el, "Extra (JSON)");
	const unfolded = async (traits: Parameters<typeof open>[0] = {}) => {
		const page = await open(traits);
		page.el.querySelector(".extra")?.dispatchEvent(new Event("toggle"));
		await turned();
		return page;
	};

	it("is held while it is an object", async () => {
		const { model, el } = await unfolded();
		type(extra(el), '{"seed": 7}');
		expect(model.state.extra).toEqual({ seed: 7 });
	});

	it("that is broken keeps its text, names the place and stops Generate", async () => {
		const { model, el } = await unfolded({ prompt: "a fox" });
		type(extra(el), '{"seed": 7,\n "a" 1}');
		expect(shown(el, ".extra .error")).toEqual(["Line 2, column 6: expected “:”, found “1}”."]);
		button(el, "Generate").click();
		expect(model.of("generate")).toEqual([]);
		expect(shown(el, "[role=alert]")[0]).toMatch(/^Mend the JSON in Extra/);
		expect(extra(el).value).toBe('{"seed": 7,\n "a" 1}');
	});

	it("is not laid out anew by its own echo", async () => {
		const { model, el } = await unfolded();
		type(extra(el), '{ "b":1,"a" :2 }');
		model.set("extra", { a: 2, b: 1 });
		expect(extra(el).value).toBe('{ "b":1,"a" :2 }');
		vi.advanceTimersByTime(10_000);
		model.set("extra", { a: 3 });
		expect(extra(el).value).toBe('{\n  "a": 3\n}');
	});
});
