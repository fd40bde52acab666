import { describe, expect, it } from "vitest";
import { all, joined, moved, NOTHING, only, ranged, toggled } from "../src/selection.ts";
import { entries, news, page } from "./fake.ts";
import { open, press } from "./setup.ts";

const ORDER = ["e", "d", "c", "b", "a"];

describe("a selection", () => {
	it("keeps the order in which pictures were selected", () => {
		expect(toggled(toggled(only("c"), "a"), "e").ids).toEqual(["c", "a", "e"]);
		expect(toggled(toggled(only("c"), "a"), "c").ids).toEqual(["a"]);
	});

	it("stretches from where it began, either way", () => {
		expect(ranged(["c", "b", "a"], "c", "a").ids).toEqual(["c", "b", "a"]);
		expect(ranged(["e", "d", "c"], "c", "e").ids).toEqual(["c", "d", "e"]);
		expect(ranged(["b"], "b", "b").ids).toEqual(["b"]);
	});

	it("of all ends with the newest", () => {
		expect(all(ORDER, NOTHING).ids).toEqual(["a", "b", "c", "d", "e"]);
	});

	it("stops at the ends", () => {
		expect(moved(1, 9, 5)).toBe(4);
		expect(moved(1, -9, 5)).toBe(0);
		expect(moved(-1, 1, 5)).toBe(0);
	});

	it("takes in what a rectangle touches, each once", () => {
		expect(joined(only("c"), ["b", "c", "a"]).ids).toEqual(["c", "b", "a"]);
	});
});

describe("the strip", () => {
	const list = (el: Element) => el.querySelector("[aria-label=Images]") as HTMLElement;
	const options = (el: Element) => [...list(el).querySelectorAll<HTMLElement>("[role=option]")];
	const option = (el: Element, id: string) =>
		options(el).find(({ dataset }) => dataset.id === id) as HTMLElement;
	const click = (target: HTMLElement, modifiers: MouseEventInit = {}) =>
		target.dispatchEvent(new MouseEvent("click", { bubbles: true, ...modifiers }));

	it("is hidden while there are no pictures", async () => {
		const { el, greet } = await open();
		greet();
		expect(list(el).hidden).toBe(true);
	});

	it("names each picture by its prompt and place, newest first", async () => {
		const { el, greet } = await open();
		greet(entries(2, 1));
		expect(options(el).map((each) => each.getAttribute("aria-label"))).toEqual([
			"prompt of p2, 1 of 2",
			"prompt of p1, 2 of 2",
		]);
	});

	it("selects by click, with Control one more, with Shift a range", async () => {
		const { model, el, greet } = await open();
		greet(entries(5, 1));
		click(option(el, "p4"));
		expect(model.state.selected).toEqual(["p4"]);
		click(option(el, "p1"), { ctrlKey: true });
		expect(model.state.selected).toEqual(["p4", "p1"]);
		click(option(el, "p3"), { shiftKey: true });
		expect(model.state.selected).toEqual(["p1", "p2", "p3"]);
		click(option(el, "p2"));
		expect(model.state.selected).toEqual(["p2"]);
	});

	it("follows the arrows, and the focus with it", async () => {
		const { model, el, greet } = await open();
		greet(entries(5, 1));
		click(option(el, "p5"));
		press(document.activeElement as Element, "ArrowRight");
		expect(model.state.selected).toEqual(["p4"]);
		expect(document.activeElement).toBe(option(el, "p4"));
		press(document.activeElement as Element, "ArrowRight", { shiftKey: true });
		expect(model.state.selected).toEqual(["p4", "p3"]);
		press(document.activeElement as Element, "End");
		expect(model.state.selected).toEqual(["p1"]);
		press(document.activeElement as Element, "a", { ctrlKey: true });
		expect(model.state.selected).toEqual(["p1", "p2", "p3", "p4", "p5"]);
		press(document.activeElement as Element, "Escape");
		expect(model.state.selected).toEqual([]);
	});

	it("keeps the focus where a picture was taken out of the selection", async () => {
		const { model, el, greet } = await open();
		greet(entries(3, 1));
		click(option(el, "p3"));
		click(option(el, "p1"), { metaKey: true });
		click(option(el, "p3"), { metaKey: true });
		expect(model.state.selected).toEqual(["p1"]);
		expect(document.activeElement).toBe(option(el, "p3"));
	});

	it("shows what Python selects", async () => {
		const { model, el, greet } = await open();
		greet(entries(3, 1));
		model.set("selected", ["p2"]);
		expect(option(el, "p2").getAttribute("aria-selected")).toBe("true");
		expect(options(el).filter(({ tabIndex }) => tabIndex === 0)).toEqual([option(el, "p2")]);
	});

	it("keeps focus and elements when pictures arrive", async () => {
		const { model, el, greet } = await open();
		greet(entries(3, 1));
		click(option(el, "p2"));
		const focused = document.activeElement;
		model.reply(news("arrived", entries(4, 4), 4));
		expect(document.activeElement).toBe(focused);
		expect(options(el).map(({ dataset }) => dataset.id)).toEqual(["p4", "p3", "p2", "p1"]);
		expect(model.state.selected).toEqual(["p2"]);
	});

	it.each([
		["a host's own element around it", "around", true],
		["a field elsewhere, where somebody types", "elsewhere", false],
	])("goes on after a deletion where the focus went to %s", async (_, place, goesOn) => {
		const { model, el, greet } = await open();
		greet(entries(3, 1));
		const around = el.parentElement as HTMLElement;
		around.tabIndex = -1;
		const elsewhere = document.body.appendChild(document.createElement("input"));
		click(option(el, "p2"));
		press(document.activeElement as Element, "Delete");
		(place === "around" ? around : elsewhere).focus();
		model.reply(news("changed", [], 2, { gone: ["p2"] }));
		expect(model.state.selected).toEqual(["p1"]);
		expect(document.activeElement === option(el, "p1")).toBe(goesOn);
	});

	it("goes on after a deletion whose count came before it", async () => {
		const { model, el, greet } = await open();
		greet(entries(3, 1));
		click(option(el, "p2"));
		press(document.activeElement as Element, "Delete");
		model.reply(news("changed", entries(3, 3), 2));
		model.reply(news("changed", [], 2, { gone: ["p2"] }));
		model.reply(page([...entries(3, 3), ...entries(1, 1)]));
		expect(model.state.selected).toEqual(["p1"]);
		expect(document.activeElement).toBe(option(el, "p1"));
	});

	it("holds nothing in an option that could take the focus", async () => {
		const { el, greet } = await open();
		greet(entries(3, 1));
		expect(list(el).querySelectorAll("button, a, input, [role=option] [tabindex]")).toHaveLength(0);
	});
});
