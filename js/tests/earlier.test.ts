import { describe, expect, it } from "vitest";
import type { Drafted } from "../src/draft.ts";
import { walk } from "../src/earlier.ts";
import { openMenu } from "../src/menu.ts";
import { openPictureMenu } from "../src/picture-menu.ts";
import { openPrompts } from "../src/prompts.ts";
import { openStudio, openView } from "../src/studio.ts";
import { catalog, details, entries, FakeModel, page } from "./fake.ts";
import { press, type } from "./setup.ts";

function aView(traits = {}) {
	const model = new FakeModel({ gateway: "sketch", model: "sketch", ...traits });
	const root = document.body.appendChild(document.createElement("div"));
	const view = openView(openStudio(model.asModel()), model.asModel(), root);
	const box = root.appendChild(document.createElement("textarea"));
	box.value = view.draft.get("prompt");
	// As the prompt box does.
	view.draft.changed.on((name) => {
		if (name === "prompt") box.value = view.draft.get("prompt");
	});
	const reused: Partial<Drafted>[] = [];
	view.reuse.on((edits) => reused.push(edits));
	return { model, root, view, box, reused };
}

function answer(model: FakeModel, prompts: string[], next = "") {
	const { text = "", before = "" } = model.of("prompts").at(-1) ?? {};
	model.reply({ kind: "prompts", text, before, prompts, next });
}

describe("a walk through earlier prompts", () => {
	it("goes back as far as there are any, and comes forth to what was being written", () => {
		const { model, view, box } = aView({ prompt: "my draft" });
		walk(view, box, 1);
		answer(model, ["newest", "older"]);
		expect(box.value).toBe("newest");
		walk(view, box, 1);
		walk(view, box, 1);
		expect(box.value).toBe("older");
		walk(view, box, -1);
		walk(view, box, -1);
		walk(view, box, -1);
		expect(box.value).toBe("my draft");
		expect(model.of("prompts")).toHaveLength(1);
	});

	it("asks for the next page when it comes to the end of one, and shows each prompt once", () => {
		const { model, view, box } = aView();
		walk(view, box, 1);
		answer(model, ["one"], "g1");
		walk(view, box, 1);
		expect(model.of("prompts").at(-1)).toMatchObject({ before: "g1" });
		answer(model, ["one", "two"]);
		expect(box.value).toBe("two");
	});

	it("begins anew, with what was typed since as what to come back to", () => {
		const { model, view, box } = aView();
		walk(view, box, 1);
		answer(model, ["one"]);
		view.draft.edit({ prompt: "one more" });
		walk(view, box, 1);
		answer(model, ["newest", "one"]);
		expect(box.value).toBe("newest");
		walk(view, box, -1);
		expect(box.value).toBe("one more");
	});

	it("does not write over what is typed while it waits", () => {
		const { model, view, box } = aView();
		walk(view, box, 1);
		view.draft.edit({ prompt: "typed" });
		answer(model, ["one"]);
		expect(box.value).toBe("typed");
	});
});

describe("the list of earlier prompts", () => {
	it("is searched, gone through by arrows, and gives back what is chosen", () => {
		const { model, view, reused } = aView();
		openPrompts(view);
		answer(model, ["a fox", "an otter"]);
		const field = document.querySelector("input[type=search]") as HTMLInputElement;
		type(field, "otter");
		press(field, "Escape");
		expect(model.of("prompts")).toHaveLength(1);
		press(field, "ArrowDown");
		press(document.activeElement as Element, "ArrowDown");
		expect(document.activeElement?.textContent).toBe("an otter");
		(document.activeElement as HTMLElement).click();
		expect(reused).toEqual([{ prompt: "an otter" }]);
	});

	it("says so where none fits", () => {
		const { model, view } = aView();
		openPrompts(view);
		answer(model, []);
		expect(document.querySelector("dialog .note")?.textContent).toBe("No earlier prompt fits.");
	});
});

describe("a menu", () => {
	const focused = () => document.activeElement?.textContent;

	function opened(done: string[] = []) {
		const before = document.body.appendChild(document.createElement("button"));
		before.focus();
		const item = (words: string, why = "") => ({ words, why, act: () => done.push(words) });
		openMenu(document.body, "Menu", [[item("Edit"), item("Vary", "Not here.")], [item("Star")]], before);
		return before;
	}

	it("is gone through by arrows, Home, End and letters, round and round", () => {
		opened();
		const seen = ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "s", "End", "e"].map((key) => {
			press(document.activeElement as Element, key);
			return focused();
		});
		expect(seen).toEqual(["Vary", "Star", "Edit", "Star", "Edit", "Star", "Star", "Edit"]);
	});

	it("gives the focus back at Escape", () => {
		const before = opened();
		press(document.activeElement as Element, "Escape");
		expect(document.activeElement).toBe(before);
		expect(document.querySelector("[role=menu]")).toBeNull();
	});

	it("does what is pressed, and nothing of what cannot be done, which says why", () => {
		const done: string[] = [];
		opened(done);
		const [edit, vary] = document.querySelectorAll<HTMLElement>("[role=menuitem]");
		expect([vary?.title, vary?.getAttribute("aria-disabled")]).toEqual(["Not here.", "true"]);
		vary?.click();
		edit?.click();
		expect(done).toEqual(["Edit"]);
	});
});

describe("the menu of a picture", () => {
	function menu(traits = {}) {
		const opened = aView(traits);
		opened.model.reply(catalog());
		opened.model.reply(page(entries(2, 1)));
		const parameters = { size: "512x512", seed: 7, unknown: 1 };
		const facts = { prompt: "an otter", gateway: "sketch", model: "sketch", asked_count: 2, parameters };
		opened.model.reply({ kind: "details", details: details("p2", { ...facts, again: { usd: 0.08 } }) });
		openPictureMenu(opened.view, "p2", opened.root, () => {});
		const items = [...document.querySelectorAll<HTMLElement>("[role=menuitem]")];
		const press = (words: string) => items.find((each) => each.textContent?.startsWith(words))?.click();
		return { ...opened, press, words: items.map((each) => each.textContent) };
	}

	it("says what costs, and what keys do the same", () => {
		const { words } = menu({ _vary_estimate: { usd: 0 } });
		expect(words).toContain("VaryFreeShift+V");
		expect(words).toContain("Make it again2 images · ≈ $0.080Shift+A");
	});

	it.each([
		["Use this prompt", { prompt: "an otter" }],
		[
			"Use its settings",
			{ gateway: "sketch", model: "sketch", n: 2, parameters: { size: "512x512", seed: 7 } },
		],
	])("%s puts in what the model takes, and nothing else", (words, edits) => {
		const { press, reused } = menu();
		press(words);
		expect(reused).toEqual([edits]);
	});
});
