import { describe, expect, it } from "vitest";
import { entries } from "./fake.ts";
import { field, open, press } from "./setup.ts";

const MARK = "data-lm-suppress-shortcuts";

/** What Lumino would do: it asks the target in the capture phase on the document. */
function reachesNotebook(target: Element, key: string, modifiers: KeyboardEventInit = {}): boolean {
	let reaches = true;
	const lumino = (event: Event) => {
		reaches = !(event.target as Element).closest(`[${MARK}]`);
	};
	document.addEventListener("keydown", lumino, true);
	press(target, key, modifiers);
	document.removeEventListener("keydown", lumino, true);
	return reaches;
}

async function thumbnail(): Promise<Element> {
	const { el, greet } = await open();
	greet(entries(3, 1));
	return el.querySelector("[role=listbox] [role=option][data-id]") as Element;
}

describe("on a thumbnail the notebook", () => {
	it.each(["x", "b", "d", "ArrowDown", "Enter", "Escape", " ", "Tab"])("does not hear %s", async (key) => {
		expect(reachesNotebook(await thumbnail(), key)).toBe(false);
	});

	it.each([
		["Shift+Enter", "Enter", { shiftKey: true }],
		["Ctrl+Enter", "Enter", { ctrlKey: true }],
		["Alt+Enter", "Enter", { altKey: true }],
		["Shift+M", "M", { shiftKey: true }],
		["Ctrl+A", "a", { ctrlKey: true }],
	])("does not hear %s", async (_, key, modifiers) => {
		expect(reachesNotebook(await thumbnail(), key, modifiers)).toBe(false);
	});

	it.each([
		["Ctrl+S", "s", { ctrlKey: true }],
		["Cmd+S", "s", { metaKey: true }],
		["Ctrl+Shift+C", "C", { ctrlKey: true, shiftKey: true }],
		["F9", "F9", {}],
	])("hears %s", async (_, key, modifiers) => {
		const target = await thumbnail();
		expect(reachesNotebook(target, "x")).toBe(false);
		expect(reachesNotebook(target, key, modifiers)).toBe(true);
	});
});

describe("in a dialog the notebook", () => {
	const dialog = async () => {
		const { el } = await open();
		return (el.querySelector(".nbimagegen") as Element).appendChild(document.createElement("dialog"));
	};

	it.each([
		["Ctrl+Z", "z", { ctrlKey: true }],
		["Cmd+Shift+Z", "Z", { metaKey: true, shiftKey: true }],
		["Ctrl+Y", "y", { ctrlKey: true }],
	])("does not hear %s", async (_, key, modifiers) => {
		expect(reachesNotebook(await dialog(), key, modifiers)).toBe(false);
	});

	it("hears Ctrl+S", async () => {
		expect(reachesNotebook(await dialog(), "s", { ctrlKey: true })).toBe(true);
	});
});

describe("in the prompt the notebook", () => {
	it.each([
		["x", "x", {}],
		["Ctrl+X", "x", { ctrlKey: true }],
		["Cmd+Z", "z", { metaKey: true }],
		["Ctrl+Shift+Z", "Z", { ctrlKey: true, shiftKey: true }],
		["Shift+Enter", "Enter", { shiftKey: true }],
		["Ctrl+Shift+ArrowLeft", "ArrowLeft", { ctrlKey: true, shiftKey: true }],
		["a key of an input method", "s", { ctrlKey: true, isComposing: true }],
	])("does not hear %s", async (_, key, modifiers) => {
		const { el } = await open();
		expect(reachesNotebook(field(el, "Prompt"), key, modifiers)).toBe(false);
	});

	it.each([
		["Ctrl+S", "s", { ctrlKey: true }],
		["Ctrl+Shift+C", "C", { ctrlKey: true, shiftKey: true }],
		["Ctrl+B", "b", { ctrlKey: true }],
	])("hears %s", async (_, key, modifiers) => {
		const { el } = await open();
		expect(reachesNotebook(field(el, "Prompt"), key, modifiers)).toBe(true);
	});
});

describe("the studio", () => {
	it("leaves keys alone that are pressed elsewhere", async () => {
		await open();
		const outside = document.body.appendChild(document.createElement("input"));
		expect(reachesNotebook(outside, "x")).toBe(true);
	});

	it("lets a line break into the prompt that a host would cancel", async () => {
		const { el } = await open();
		const box = field(el, "Prompt");
		box.addEventListener("beforeinput", (event) => event.preventDefault());
		const event = new Event("beforeinput", { bubbles: true, cancelable: true, composed: true });
		box.dispatchEvent(event);
		expect(event.defaultPrevented).toBe(false);
	});

	it("takes its hands off the keyboard when it is closed", async () => {
		const { el, close } = await open();
		const box = field(el, "Prompt");
		await close();
		document.body.append(box);
		expect(reachesNotebook(box, "x")).toBe(true);
	});
});
