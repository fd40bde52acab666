import { describe, expect, it, vi } from "vitest";
import type { Filter } from "../src/protocol.ts";
import { entries, entry, news, page } from "./fake.ts";
import { button, choose, field, open, type Page, turned, type, withDialogs } from "./setup.ts";

const bar = (el: Element) => el.querySelector("[role=search]") as HTMLElement;
const told = (el: Element) => el.querySelector(".counted")?.textContent;
const menu = (el: Element, label: string) =>
	bar(el).querySelector(`[aria-label=${label}]`) as HTMLSelectElement;
const shown = (el: Element) =>
	[...el.querySelectorAll<HTMLElement>("[role=option][data-id]")].map(({ dataset }) => dataset.id);
const queries = ({ model }: Page) =>
	model.of("page").flatMap(({ offset, query }) => (offset === 0 ? [query] : []));

async function searched(text: string): Promise<Page> {
	const opened = await open();
	opened.greet(entries(3, 1), 340);
	await turned();
	type(field(opened.el, "Search pictures"), text);
	await vi.advanceTimersByTimeAsync(400);
	return opened;
}

describe("the finder", () => {
	withDialogs();

	it.each([
		[0, false, false],
		[3, true, false],
		[12, true, true],
	])("with %i pictures: button %s, bar %s", async (count, hasButton, hasBar) => {
		const { el, greet } = await open();
		greet(entries(count, 1), count);
		await turned();
		expect((el.querySelector(".finder") as HTMLElement).hidden).toBe(count === 0);
		expect(count > 0 && !button(el, "Find").hidden).toBe(hasButton && !hasBar);
		expect(!bar(el).hidden).toBe(hasBar);
	});

	it("opens at a press, goes there, and asks anew what can be looked for", async () => {
		const { el, model, greet } = await open();
		greet(entries(3, 1));
		await turned();
		button(el, "Find").click();
		await vi.advanceTimersByTimeAsync(10);
		expect(document.activeElement).toBe(field(el, "Search pictures"));
		expect(model.of("page")).toHaveLength(1);
	});

	it("keeps the focus in the studio until there is where to type", async () => {
		const { el, greet } = await open();
		greet(entries(3, 1));
		await turned();
		const opener = button(el, "Find");
		opener.focus();
		opener.click();
		expect([document.activeElement, opener.hidden]).toEqual([opener, false]);
		await vi.advanceTimersByTimeAsync(10);
		expect([document.activeElement, opener.hidden]).toEqual([field(el, "Search pictures"), true]);
	});

	it("is a button again once what Python narrowed down is whole", async () => {
		const { el, model, greet } = await open();
		greet(entries(3, 1));
		await turned();
		const opener = button(el, "Find");
		for (const filter of [{ text: "fox" }, {}]) {
			model.set("filter", filter);
			await vi.advanceTimersByTimeAsync(10);
			expect([bar(el).hidden, opener.hidden]).toEqual("text" in filter ? [false, true] : [true, false]);
		}
	});

	it("asks once typing rests, by the trait that Python sees", async () => {
		const opened = await open();
		opened.greet(entries(3, 1), 340);
		await turned();
		for (const text of ["小", "小猫", "小猫 "]) type(field(opened.el, "Search pictures"), text);
		expect(queries(opened)).toEqual([]);
		await vi.advanceTimersByTimeAsync(400);
		expect(opened.model.state.filter).toEqual({ text: "小猫" });
		expect(queries(opened)).toEqual([{ text: "小猫" }]);
	});

	it("shows what fits and how many of all that are", async () => {
		const { el, model } = await searched("fox");
		expect(shown(el)).toEqual(["p3", "p2", "p1"]);
		model.reply(page([entry("p2")], { query: { text: "fox" }, total: 12, count: 340 }));
		expect(shown(el)).toEqual(["p2"]);
		expect(told(el)).toBe("12 of 340 pictures");
	});

	it("never lets an answer to an older question replace a newer one", async () => {
		const { el, model } = await searched("fo");
		type(field(el, "Search pictures"), "fox");
		await vi.advanceTimersByTimeAsync(400);
		model.reply(page([entry("p3")], { query: { text: "fox" }, total: 1, count: 340 }));
		model.reply(page([entry("p1")], { query: { text: "fo" }, total: 9, count: 340 }));
		model.reply(page([entry("p2")], { offset: 48, query: {}, total: 340, count: 340 }));
		expect(shown(el)).toEqual(["p3"]);
		expect(told(el)).toBe("1 of 340 pictures");
	});

	it("says when nothing fits, and shows all again at a press", async () => {
		const { el, model } = await searched("zebra");
		model.reply(page([], { query: { text: "zebra" }, total: 0, count: 340 }));
		expect(el.querySelector(".empty")?.textContent).toBe("No picture fits.");
		button(el, "Show all").click();
		expect(model.state.filter).toEqual({});
		expect(field(el, "Search pictures").value).toBe("");
	});

	it("narrows down by star, menu and order, and leaves out what asks for nothing", async () => {
		const { el, model, greet } = await open();
		greet(entries(3, 1), 40);
		await turned();
		model.reply(page(entries(3, 1), { total: 40, models: ["a", "b"], tags: ["小猫"] }));
		button(el, "Starred").click();
		choose(menu(el, "Model"), "b");
		choose(menu(el, "Tag"), "小猫");
		choose(menu(el, "Rating"), "Rated 3+");
		choose(menu(el, "Order"), "Oldest first");
		const whole = { starred: true, model: "b", tag: "小猫", rating: 3, order: "oldest" };
		expect(model.state.filter).toEqual(whole);
		button(el, "Starred").click();
		choose(menu(el, "Model"), "Any model");
		choose(menu(el, "Rating"), "Any rating");
		choose(menu(el, "Order"), "Newest first");
		expect(model.state.filter).toEqual({ tag: "小猫" });
	});

	it("offers no menu where there is nothing to choose", async () => {
		const { el, greet } = await open();
		greet(entries(3, 1), 40);
		await turned();
		expect([menu(el, "Model").hidden, menu(el, "Tag").hidden, menu(el, "Order").hidden]).toEqual([
			true,
			true,
			false,
		]);
	});

	it("shows what Python sets, also what it has no field for, and lets it be taken away", async () => {
		const { el, model, greet } = await open();
		greet(entries(3, 1));
		await turned();
		model.set("filter", { text: "猫", gateway: "openai", pictures: ["p1", "p2"] });
		await vi.advanceTimersByTimeAsync(10);
		expect(field(el, "Search pictures").value).toBe("猫");
		expect(model.of("page").at(-1)?.query).toEqual({ text: "猫", gateway: "openai", pictures: ["p1", "p2"] });
		button(el, "2 pictures from history").click();
		button(el, "openai").click();
		expect(model.state.filter).toEqual({ text: "猫" });
	});

	it("does not write over what is being typed", async () => {
		const { el, model, greet } = await open();
		greet(entries(3, 1), 40);
		await turned();
		type(field(el, "Search pictures"), "fox in");
		model.set("filter", { text: "owl" });
		expect(field(el, "Search pictures").value).toBe("fox in");
		await vi.advanceTimersByTimeAsync(400);
		expect(model.state.filter).toEqual({ text: "fox in" });
	});

	it("keeps a picture away that does not fit, and counts it", async () => {
		const { el, model } = await searched("fox");
		const query: Filter = { text: "fox" };
		model.reply(page([entry("p2")], { query, total: 1, count: 340 }));
		model.reply(news("arrived", [], 1, { gone: ["p9"], query, count: 341 }));
		expect(shown(el)).toEqual(["p2"]);
		expect(told(el)).toBe("1 of 341 pictures");
	});
});
