import { describe, expect, it, vi } from "vitest";
import { Later } from "../src/later.ts";
import { entries, entry, news, page } from "./fake.ts";
import { button, open, type Page, press, type, withDialogs } from "./setup.ts";

withDialogs();

const list = (el: Element) => el.querySelector("[role=listbox].strip") as HTMLElement;
const options = (el: Element) => [...list(el).querySelectorAll<HTMLElement>("[role=option]")];
const option = (el: Element, id: string) =>
	options(el).find(({ dataset }) => dataset.id === id) as HTMLElement;
const bar = (el: Element) => el.querySelector(".several") as HTMLElement;

async function some(total = 5): Promise<Page> {
	const opened = await open();
	opened.greet(entries(total, Math.max(1, total - 47)), total);
	return opened;
}

/** As many are selected as the state carries, and more. */
async function many(): Promise<Page> {
	const opened = await some(300);
	option(opened.el, "p300").click();
	press(option(opened.el, "p300"), "a", { ctrlKey: true });
	const ids = Array.from({ length: 300 }, (_, at) => `p${300 - at}`);
	opened.model.reply({ kind: "ids", offset: 0, query: {}, ids });
	return opened;
}

describe("a list of thousands", () => {
	it("has only what is in sight in the page, and tells how many there are", async () => {
		const { el } = await some(10_000);
		expect(options(el).length).toBeLessThan(20);
		expect(options(el)[3]?.getAttribute("aria-posinset")).toBe("4");
		expect(options(el)[3]?.getAttribute("aria-setsize")).toBe("10000");
	});

	it("goes to its end at once, asks for what is there, and keeps the keyboard", async () => {
		const { model, el } = await some(10_000);
		option(el, "p10000").click();
		press(option(el, "p10000"), "End");
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("page").map(({ offset }) => offset)).toEqual([9984]);
		model.reply(page(entries(16, 1), { offset: 9984, total: 10_000 }));
		expect(model.state.selected).toEqual(["p1"]);
		expect((document.activeElement as HTMLElement).dataset.id).toBe("p1");
	});

	it("selects a range whose middle was never asked for", async () => {
		const { model, el } = await some(10_000);
		option(el, "p9998").click();
		press(option(el, "p9998"), "End", { shiftKey: true });
		model.reply(page(entries(16, 1), { offset: 9984, total: 10_000 }));
		expect(model.of("ids")).toEqual([{ kind: "ids", offset: 2, limit: 9998, query: {} }]);
	});

	it("stays where one looks when a picture arrives", async () => {
		const { model, el } = await some(10_000);
		model.reply(news("arrived", [entry("p10001")], 10_001));
		expect(options(el)[0]?.dataset.id).toBe("p10001");
		expect(option(el, "p10000").getAttribute("aria-posinset")).toBe("2");
	});

	it("lets go of the thumbnails of long ago", async () => {
		const { model } = await some();
		const PNG = new Uint8Array([137, 80, 78, 71]);
		for (let at = 0; at < 500; at++) model.reply({ kind: "thumbnail", id: `x${at}`, type: "image/png" }, PNG);
		expect(URL.revokeObjectURL).toHaveBeenCalledTimes(100);
	});

	it("asks for what it shows when very many were changed", async () => {
		const { model } = await some(300);
		model.reply(news("changed", [], 300, { many: true }));
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("page")).toMatchObject([{ offset: 0 }]);
	});
});

describe("more than the state carries", () => {
	it("is told by a message, and counted", async () => {
		const { model, el } = await many();
		expect(model.of("select")[0]?.ids).toHaveLength(300);
		expect(model.state.selected).toEqual(["p300"]);
		await vi.advanceTimersByTimeAsync(10);
		expect(bar(el).textContent).toContain("300 selected");
	});

	it("comes back as its end, which changes nothing", async () => {
		const { model, el } = await many();
		model.state._selected_count = 300;
		model.set("selected", model.of("select")[0]?.ids.slice(-60) ?? []);
		model.emit("change:_selected_count");
		await vi.advanceTimersByTimeAsync(10);
		expect([bar(el).textContent?.includes("300 selected"), model.of("selection")]).toEqual([true, []]);
	});

	it("that Python selects is asked for", async () => {
		const { model, el } = await some();
		model.state._selected_count = 70;
		model.emit("change:_selected_count");
		expect(model.of("selection")).toHaveLength(1);
		model.reply({ kind: "selection", ids: Array.from({ length: 70 }, (_, at) => `p${at}`) });
		await vi.advanceTimersByTimeAsync(10);
		expect(bar(el).textContent).toContain("70 selected");
	});

	it("is meant by a key", async () => {
		const { model, el } = await many();
		press(option(el, "p300"), "s");
		expect(model.of("star")[0]?.ids).toHaveLength(300);
		vi.advanceTimersByTime(1500);
		expect(el.textContent).toContain("Changing 300 pictures…");
	});
});

describe("several selected", () => {
	async function two(): Promise<Page> {
		const opened = await some();
		opened.model.set("selected", ["p4", "p2"]);
		await vi.advanceTimersByTimeAsync(10);
		return opened;
	}

	it("have one that is dressed, and whose words are the page's", async () => {
		const dress = vi.spyOn(Later.prototype, "dress").mockReturnValue();
		const { el } = await some();
		option(el, "p5").click();
		press(option(el, "p5"), "ArrowRight", { shiftKey: true });
		await vi.advanceTimersByTimeAsync(0);
		expect(bar(el).childElementCount).toBeGreaterThan(0);
		expect(dress).toHaveBeenCalled();
	});

	it("have a bar of their own, and one has not", async () => {
		const { model, el } = await two();
		expect(bar(el).hidden).toBe(false);
		model.set("selected", ["p4"]);
		expect(bar(el).hidden).toBe(true);
	});

	it.each([
		["Star", "star", { ids: ["p4", "p2"], on: true }],
		["Delete", "delete", { ids: ["p4", "p2"] }],
	] as const)("can be marked at once: %s", async (name, kind, expected) => {
		const { model, el } = await two();
		button(bar(el), name).click();
		expect(model.of(kind)[0]).toMatchObject(expected);
	});

	it("are too many to be compared where they are five", async () => {
		const { model, el } = await two();
		expect(button(bar(el), "Compare").disabled).toBe(false);
		model.set("selected", ["p1", "p2", "p3", "p4", "p5"]);
		expect(button(bar(el), "Compare").disabled).toBe(true);
	});

	it("are tagged, and lose a tag, in a small dialog", async () => {
		const { model, el } = await two();
		const tagged = ["p4", "p2"].map((id) => entry(id, { tags: ["logo"] }));
		model.reply(news("changed", tagged, 5));
		button(bar(el), "Tags…").click();
		const dialog = el.querySelector("dialog") as HTMLElement;
		const input = dialog.querySelector("input") as HTMLInputElement;
		type(input, " cover ");
		press(input, "Enter");
		dialog.querySelector<HTMLElement>(".chip")?.click();
		expect(model.of("tag")).toMatchObject([
			{ ids: ["p4", "p2"], add: ["cover"], remove: [] },
			{ ids: ["p4", "p2"], add: [], remove: ["logo"] },
		]);
	});
});

describe("a drag", () => {
	it("takes all that are selected along, or the one alone that is not", async () => {
		const { model, el } = await some();
		model.set("selected", ["p4", "p2"]);
		const carried = (id: string) => {
			const data = { setData: vi.fn(), setDragImage: vi.fn() };
			const event = Object.assign(new Event("dragstart", { bubbles: true }), { dataTransfer: data });
			option(el, id).dispatchEvent(event);
			return data.setData.mock.lastCall;
		};
		expect(carried("p2")).toEqual(["application/x-nbimagegen", "p4\np2"]);
		expect(carried("p3")).toEqual(["application/x-nbimagegen", "p3"]);
	});
});

describe("a finger", () => {
	const touch = (target: Element, name: string) =>
		target.dispatchEvent(Object.assign(new Event(name, { bubbles: true }), { pointerType: "touch" }));

	it("that stays begins to select, and then each tap takes one more", async () => {
		const { model, el } = await some();
		touch(option(el, "p4"), "pointerdown");
		vi.advanceTimersByTime(500);
		touch(option(el, "p4"), "pointerup");
		option(el, "p4").click();
		option(el, "p2").click();
		expect(model.state.selected).toEqual(["p4", "p2"]);
		option(el, "p2").click();
		option(el, "p4").click();
		option(el, "p1").click();
		expect(model.state.selected).toEqual(["p1"]);
	});

	it("that scrolls selects nothing", async () => {
		const { model, el } = await some();
		touch(option(el, "p4"), "pointerdown");
		list(el).dispatchEvent(new Event("scroll"));
		vi.advanceTimersByTime(500);
		expect(model.state.selected).toEqual([]);
	});
});
