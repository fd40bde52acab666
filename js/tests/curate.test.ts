import { describe, expect, it } from "vitest";
import { type Slots, withNews } from "../src/pages.ts";
import type { Filter } from "../src/protocol.ts";
import { details, entries, entry, news } from "./fake.ts";
import { button, open, type Page, press } from "./setup.ts";

const option = (el: Element, id: string) => el.querySelector(`[data-id="${id}"]`) as HTMLElement;
const star = (el: Element) =>
	[...el.querySelectorAll(".stage button")].find((each) =>
		each.textContent?.startsWith("Star"),
	) as HTMLButtonElement;
const ids = (held: Slots) => held.map((entry) => entry?.id ?? "·").join(" ");

async function three(): Promise<Page> {
	const opened = await open();
	opened.greet(entries(3, 1));
	return opened;
}

describe("news", () => {
	const rated = (id: string, rating: number) => entry(id, { rating });

	it.each<[Filter["order"], string]>([
		[undefined, "p9 p6 p4"],
		["oldest", "p4 p6 p9"],
	])("stand where the order %s has them", (order, expected) => {
		const held = order ? [entry("p4"), entry("p9")] : [entry("p9"), entry("p4")];
		expect(ids(withNews(held, [entry("p6")], [], order, 3).slots)).toBe(expected);
	});

	it("of a rating move to their place", () => {
		const held = [rated("p9", 4), rated("p4", 3), rated("p1", 0)];
		expect(ids(withNews(held, [rated("p1", 5)], [], "rating", 3).slots)).toBe("p1 p9 p4");
	});

	it("in front move what is known and what is not", () => {
		const { slots, sure } = withNews([entry("p9"), undefined, entry("p2")], [entry("p10")], [], undefined, 4);
		expect([ids(slots), sure]).toEqual(["p10 p9 · p2", true]);
	});

	it("among pictures that were not asked for are not sure of their place", () => {
		const { slots, sure } = withNews([entry("p9"), undefined, entry("p2")], [entry("p5")], [], undefined, 4);
		expect([ids(slots), sure]).toEqual(["p9 · p5 p2", false]);
	});

	it("take away what is gone, and are not sure where that was", () => {
		const known = withNews(entries(4, 1), [], ["p3", "p1"], undefined, 2);
		expect([ids(known.slots), known.sure]).toEqual(["p4 p2", true]);
		const unknown = withNews([entry("p9"), undefined, undefined], [], ["p5"], undefined, 2);
		expect([ids(unknown.slots), unknown.sure]).toEqual(["p9 ·", false]);
	});
});

describe("a key on a thumbnail", () => {
	const KEYS: [string, object][] = [
		["s", { kind: "star", ids: ["p2"], on: true }],
		["S", { kind: "star", ids: ["p2"], on: true }],
		["4", { kind: "rate", ids: ["p2"], rating: 4 }],
		["0", { kind: "rate", ids: ["p2"], rating: 0 }],
		["Delete", { kind: "delete", ids: ["p2"] }],
		["Backspace", { kind: "delete", ids: ["p2"] }],
	];

	it.each(KEYS)("%s asks the kernel", async (key, expected) => {
		const { model, el } = await three();
		option(el, "p2").click();
		expect(press(option(el, "p2"), key).defaultPrevented).toBe(true);
		expect(model.sent.at(-1)).toMatchObject(expected);
	});

	it("is meant for all that are selected, or for the one alone that is not", async () => {
		const { model, el } = await three();
		model.set("selected", ["p3", "p1"]);
		press(option(el, "p1"), "s");
		press(option(el, "p2"), "s");
		expect(model.of("star").map((each) => each.ids)).toEqual([["p3", "p1"], ["p2"]]);
	});

	it("takes the star from those that all have one", async () => {
		const { model, el, greet } = await open();
		greet([entry("p2", { starred: true }), entry("p1", { starred: true })]);
		model.set("selected", ["p2", "p1"]);
		press(option(el, "p2"), "s");
		expect(model.of("star")[0]?.on).toBe(false);
	});

	it("with Control takes back the last change, and Shift or a held key does nothing", async () => {
		const { model, el } = await three();
		press(option(el, "p2"), "z", { ctrlKey: true });
		press(option(el, "p2"), "Delete", { shiftKey: true });
		press(option(el, "p2"), "Delete", { repeat: true });
		expect(
			model.sent.filter(({ kind }) => !["hello", "thumbnails"].includes(kind)).map(({ kind }) => kind),
		).toEqual(["undo"]);
	});
});

describe("marks", () => {
	it("are seen and told on the thumbnail and in the large view", async () => {
		const { model, el } = await three();
		expect(star(el).getAttribute("aria-pressed")).toBe("false");
		model.reply(news("changed", [entry("p3", { starred: true, rating: 4 })], 3));
		expect(option(el, "p3").getAttribute("aria-label")).toBe("prompt of p3, 1 of 3, starred, rated 4");
		expect(option(el, "p3").querySelector(".marks")?.textContent).toBe("4");
		expect(star(el).textContent).toBe("Starred");
		expect(el.querySelectorAll(".rate.reached")).toHaveLength(4);
	});

	it("of a picture that is shown and does not fit are asked for again", async () => {
		const { model, el } = await three();
		model.reply({ kind: "details", details: details("p3", { starred: true }) });
		model.set("selected", ["p3"]);
		model.reply(news("changed", [], 2, { gone: ["p3"], count: 3 }));
		model.reply({ kind: "details", details: details("p3", { starred: false }) });
		expect(star(el).textContent).toBe("Star");
	});

	it("are set by buttons, and a rating taken away by pressing it again", async () => {
		const { model, el } = await three();
		star(el).click();
		const third = el.querySelector("[aria-label='Rate 3 of 5']") as HTMLElement;
		third.click();
		model.reply(news("changed", [entry("p3", { rating: 3 })], 3));
		third.click();
		expect(model.of("star")[0]).toMatchObject({ ids: ["p3"], on: true });
		expect(model.of("rate").map(({ rating }) => rating)).toEqual([3, 0]);
	});

	it("that are refused say why", async () => {
		const { model, el } = await three();
		star(el).click();
		model.reply({ kind: "refused", click: model.of("star")[0]?.click ?? "", message: "The disk is full." });
		expect(el.querySelector(".told")?.textContent).toBe("The disk is full.");
	});
});

describe("a deletion", () => {
	it("goes on to the next picture, and the keyboard with it", async () => {
		const { model, el } = await three();
		option(el, "p2").click();
		press(option(el, "p2"), "Delete");
		model.set("selected", []);
		model.reply(news("changed", [], 2, { gone: ["p2"] }));
		expect(model.state.selected).toEqual(["p1"]);
		expect(document.activeElement).toBe(option(el, "p1"));
		press(option(el, "p1"), "Delete");
		model.reply(news("changed", [], 1, { gone: ["p1"] }));
		expect(document.activeElement).toBe(option(el, "p3"));
	});

	it("is of the picture that is shown, by its button, whatever else is selected", async () => {
		const { model, el } = await three();
		model.set("selected", ["p1", "p2"]);
		button(el, "Delete").click();
		expect(model.of("delete")[0]?.ids).toEqual(["p2"]);
	});

	it("is of all that are selected, by its key in the strip", async () => {
		const { model, el } = await three();
		model.set("selected", ["p1", "p2"]);
		press(option(el, "p1"), "Delete");
		expect(model.of("delete")[0]?.ids).toEqual(["p1", "p2"]);
	});

	it("that is taken back selects what is back, and goes on there", async () => {
		const { model, el } = await three();
		option(el, "p2").click();
		press(option(el, "p2"), "Delete");
		model.reply(news("changed", [], 2, { gone: ["p2"] }));
		(document.activeElement as HTMLElement).blur();
		model.reply(news("changed", [entry("p2")], 3));
		expect(model.state.selected).toEqual(["p2"]);
		expect(document.activeElement).toBe(option(el, "p2"));
	});

	it("by Python leaves the keyboard and the selection alone", async () => {
		const { model, el } = await three();
		option(el, "p3").click();
		model.reply(news("changed", [], 2, { gone: ["p1"] }));
		expect(document.activeElement).toBe(option(el, "p3"));
		expect(model.state.selected).toEqual(["p3"]);
	});
});
