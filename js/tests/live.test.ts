/** The tick for live previews, the key field's choices, and what a gateway lists by itself. */

import { describe, expect, it, vi } from "vitest";
import { changed } from "../src/live.ts";
import type { Gateway } from "../src/protocol.ts";
import { catalog, GATEWAYS } from "./fake.ts";
import { button, choose, field, hasField, open, press, shown, turned, type, withDialogs } from "./setup.ts";

/** The gateways, with these fields changed in the first. */
function withFirst(fields: Partial<Gateway>): Gateway[] {
	return GATEWAYS.map((each, at) => (at === 0 ? { ...each, ...fields } : each));
}

function set(box: HTMLInputElement, on: boolean): void {
	box.checked = on;
	box.dispatchEvent(new Event("change", { bubbles: true }));
}

const OPENAI = { gateway: "openai", model: "gpt-image-1.5" };

describe("a live preview", () => {
	it("is off until it is ticked, and offered only where the model streams", async () => {
		const { model, el, greet } = await open();
		greet();
		expect(hasField(el, "Live preview")).toBe(false);
		model.set("gateway", "openai");
		const box = field(el, "Live preview");
		expect(box.checked).toBe(false);
		expect(hasField(el, "Stream")).toBe(false);
		set(box, true);
		expect(model.state.parameters).toEqual({ stream: true });
		expect(field(el, "Live preview")).toBe(box);
	});

	it("says that it may cost tokens", async () => {
		const { el, greet } = await open(OPENAI);
		greet();
		expect(shown(el, ".ticked .note")).toContain(
			"Shows unfinished pictures while they grow; they may cost tokens.",
		);
	});

	it("brings the number of previews, which goes with it", async () => {
		const { model, el, greet } = await open(OPENAI);
		greet();
		const partials = field(el, "Partial images");
		const isShown = () => partials.closest<HTMLElement>(".setting")?.hidden === false;
		expect(isShown()).toBe(false);
		set(field(el, "Live preview"), true);
		expect(isShown()).toBe(true);
		expect(partials.placeholder).toBe("default (2)");
		type(partials, "3");
		expect(model.state.parameters).toEqual({ stream: true, partial_images: 3 });
		set(field(el, "Live preview"), false);
		expect(model.state.parameters).toEqual({});
		expect(isShown()).toBe(false);
	});

	it("follows what Python sets, and a number that is held is seen without it", async () => {
		const { model, el, greet } = await open({ ...OPENAI, parameters: { stream: true } });
		greet();
		expect(field(el, "Live preview").checked).toBe(true);
		model.set("parameters", { partial_images: 1 });
		expect(field(el, "Live preview").checked).toBe(false);
		expect(field(el, "Partial images").closest<HTMLElement>(".setting")?.hidden).toBe(false);
	});

	it.each([
		[{ stream: true, partial_images: 3, size: "a" }, "stream", undefined, { size: "a" }],
		[{ stream: true, partial_images: 3 }, "partial_images", undefined, { stream: true }],
		[{ size: "a" }, "stream", true, { size: "a", stream: true }],
		[{ size: "a" }, "size", "b", { size: "b" }],
	])("leaves of %j, %s being %j, %j", (held, name, value, left) => {
		expect(changed(held, name, value)).toEqual(left);
	});
});

describe("a key", () => {
	withDialogs();

	const SAVE = "Save in this computer's keyring";
	const isHidden = (el: Element) => field(el, SAVE).closest<HTMLElement>(".ticked")?.hidden;
	const xty = { gateway: "xty", model: "gemini-3.1-flash-image-preview" };

	it("is saved only where it is ticked, and only where there is a keyring", async () => {
		const { model, el, greet } = await open(xty);
		greet();
		await turned();
		expect(isHidden(el)).toBe(true);
		model.reply(catalog(GATEWAYS, [], true));
		expect(isHidden(el)).toBe(false);
		expect(shown(el, ".needs p")[0]).toContain("It stays in the kernel's memory unless you save it.");
		for (const on of [false, true]) {
			set(field(el, SAVE), on);
			type(field(el, "API key"), "sk-1");
			button(el, "Use key").click();
		}
		expect(model.of("key").map(({ save }) => save)).toEqual([false, true]);
	});

	it("can be changed once there is one, and the field closes when the kernel has it", async () => {
		const { model, el, greet } = await open();
		greet();
		expect(shown(el, ".needs")).toEqual([]);
		button(el, "Change key").click();
		await turned();
		expect(shown(el, ".needs p")[0]).toBe("Another key for Serevix, instead of the one that is used now.");
		expect(document.activeElement).toBe(field(el, "API key"));
		type(field(el, "API key"), "sk-1");
		press(field(el, "API key"), "Enter");
		expect(model.of("key")).toMatchObject([{ gateway: "serevix", save: false }]);
		expect(model.carried.map((each) => new TextDecoder().decode(each))).toEqual(["sk-1"]);
		model.reply({ kind: "acknowledged", click: model.of("key")[0]?.click ?? "" });
		expect(shown(el, ".needs")).toEqual([]);
		expect(document.activeElement).toBe(button(el, "Change key"));
	});

	it("that is refused stays asked for, with the reason", async () => {
		const { model, el, greet } = await open();
		greet();
		button(el, "Change key").click();
		await turned();
		type(field(el, "API key"), "Bearer sk-1");
		button(el, "Use key").click();
		const click = model.of("key")[0]?.click ?? "";
		model.reply({ kind: "refused", click, message: "That is no key." });
		expect(shown(el, ".needs .note[role=status]")).toEqual(["That is no key."]);
		press(field(el, "API key"), "Escape");
		expect(shown(el, ".needs")).toEqual([]);
	});

	it("is neither asked for nor changed where none is needed", async () => {
		const { el, greet } = await open({ gateway: "sketch", model: "sketch" });
		greet();
		expect(shown(el, ".key > .link, .needs")).toEqual([]);
	});
});

describe("a gateway's own list of models", () => {
	withDialogs();

	const NAMES = ["gpt-image-1.5", "gpt-image-1", "gemini-3-pro-image-preview"];
	const options = (el: Element) => shown(el, "[role=option] bdi");

	it("is asked for when someone looks, once", async () => {
		const { model, el, greet } = await open({}, 2);
		greet();
		vi.advanceTimersByTime(60_000);
		expect(model.of("models")).toEqual([]);
		for (const input of el.querySelectorAll<HTMLInputElement>("[id$=-model]")) {
			input.click();
			press(input, "Escape");
			input.click();
		}
		expect(model.of("models")).toEqual([{ kind: "models", gateway: "serevix" }]);
		choose(field<HTMLSelectElement>(el, "Gateway"), "XTY – needs a key");
		field(el, "Model").click();
		expect(model.of("models")).toHaveLength(1);
	});

	it("stands after the known ones, also where it comes while the picker is open", async () => {
		const { model, el, greet } = await open();
		greet();
		const input = field(el, "Model");
		input.click();
		press(input, "ArrowDown");
		const active = input.getAttribute("aria-activedescendant");
		model.reply(catalog(withFirst({ listed: ["gpt-image-1", "new-9"] })));
		expect(options(el)).toEqual([...NAMES, "new-9"]);
		expect(input.getAttribute("aria-activedescendant")).toBe(active);
		type(input, "new");
		expect(options(el)).toEqual(["new-9"]);
		press(input, "ArrowDown");
		press(input, "Enter");
		expect(model.state.model).toBe("new-9");
		expect(shown(el, ".note")).toContain("Not in the catalogue; listed by the gateway.");
	});

	it("opens the picker of a gateway of which nothing was known", async () => {
		const { model, el, greet } = await open({ gateway: "custom", model: "any" });
		greet();
		field(el, "Model").click();
		expect(options(el)).toEqual([]);
		const custom = GATEWAYS.map((each) => (each.id === "custom" ? { ...each, listed: ["new-9"] } : each));
		model.reply(catalog(custom));
		expect(options(el)).toEqual(["new-9"]);
		press(field(el, "Model"), "Escape");
		expect(options(el)).toEqual([]);
	});

	it("is asked for again after another key", async () => {
		const { model, el, greet } = await open();
		greet();
		field(el, "Model").click();
		button(el, "Change key").click();
		await turned();
		type(field(el, "API key"), "sk-1");
		button(el, "Use key").click();
		model.reply({ kind: "acknowledged", click: model.of("key")[0]?.click ?? "" });
		field(el, "Model").click();
		expect(model.of("models")).toHaveLength(2);
	});
});
