import { describe, expect, it, vi } from "vitest";
import { type Slots, withNews, withPage } from "../src/pages.ts";
import type { Details } from "../src/protocol.ts";
import { details, entries, entry, news, page } from "./fake.ts";
import { button, open, press } from "./setup.ts";

const PNG = new Uint8Array([137, 80, 78, 71]);
const ids = (held: Slots) => held.map((entry) => entry?.id ?? "·").join(" ");

describe("pages", () => {
	it("fill their places, whatever is in between", () => {
		const first = withPage([], 0, entries(9, 7), 9);
		expect(ids(first)).toBe("p9 p8 p7 · · · · · ·");
		expect(ids(withPage(first, 6, entries(3, 1), 9))).toBe("p9 p8 p7 · · · p3 p2 p1");
	});

	it("bring a picture to one place alone", () => {
		expect(ids(withPage(entries(4, 1), 0, entries(6, 4), 6))).toBe("p6 p5 p4 p1 · ·");
	});

	it("of fewer pictures shorten the list", () => {
		expect(ids(withPage(entries(4, 1), 0, [entry("p4"), entry("p2")], 2))).toBe("p4 p2");
	});

	it("and news bring each picture once", () => {
		expect(ids(withNews(entries(3, 1), entries(4, 3), [], undefined, 4).slots)).toBe("p4 p3 p2 p1");
	});
});

describe("pictures", () => {
	it("are asked for by a hello, again while nobody answers, and not for ever", async () => {
		const { model } = await open();
		vi.advanceTimersByTime(600_000);
		expect(model.of("hello")).toHaveLength(5);
	});

	it("whose first page comes unasked are not asked for beside the hello", async () => {
		const { model, greet, el } = await open({ _count: 100 });
		await vi.advanceTimersByTimeAsync(10);
		expect(el.querySelectorAll("[role=option]").length).toBeGreaterThan(1);
		greet(entries(100, 53), 100);
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("page")).toEqual([]);
	});

	it("are not greeted again after an answer", async () => {
		const { model, greet } = await open();
		greet();
		vi.advanceTimersByTime(60_000);
		expect(model.of("hello")).toHaveLength(1);
	});

	it("show the thumbnails of what is in sight, each asked for once by all views", async () => {
		const { model, greet, el } = await open({}, 2);
		greet(entries(70, 1), 10_000);
		await vi.advanceTimersByTimeAsync(10);
		const [asked, ...more] = model.of("thumbnails").map(({ ids }) => ids.length);
		expect(more).toEqual([]);
		expect(el.querySelectorAll("[role=option]")).toHaveLength(2 * (asked ?? 0));
		expect(asked).toBeLessThan(20);
	});

	it("ask again, a few times, for thumbnails that do not come, and not for those that are missing", async () => {
		const { model, greet } = await open();
		greet(entries(3, 1));
		await vi.advanceTimersByTimeAsync(10);
		model.reply({ kind: "thumbnail", id: "p3", type: "image/png" }, PNG);
		model.reply({ kind: "missing", id: "p2", what: "thumbnail", message: "Its file is gone." });
		vi.advanceTimersByTime(600_000);
		expect(model.of("thumbnails").map(({ ids }) => ids.join())).toEqual(["p3,p2,p1", "p1", "p1", "p1"]);
	});

	it("go into the blob as the very bytes of the message, and never as a type that could be a page", async () => {
		const { model, greet } = await open();
		greet(entries(1, 1));
		const message = new Uint8Array([0, 0, ...PNG, 0]);
		model.reply({ kind: "thumbnail", id: "p1", type: "text/html" }, message.subarray(2, 6));
		const blob = vi.mocked(URL.createObjectURL).mock.lastCall?.[0] as Blob;
		expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([...PNG]);
		expect(blob.type).toBe("application/octet-stream");
	});

	it("that arrive unheard are asked for when the count tells of them", async () => {
		const { model, greet, el } = await open();
		greet(entries(2, 1));
		model.set("_count", 3);
		vi.advanceTimersByTime(1000);
		expect(model.of("page")).toMatchObject([{ offset: 0 }]);
		model.reply(page(entries(3, 1)));
		expect(el.querySelectorAll("[role=option]")).toHaveLength(3);
	});

	it("that arrive are not asked for", async () => {
		const { model, greet } = await open();
		greet(entries(2, 1));
		model.set("_count", 3);
		model.reply(news("arrived", entries(3, 3), 3));
		vi.advanceTimersByTime(5000);
		expect(model.of("page")).toEqual([]);
	});

	it("give their URLs back when the studio closes", async () => {
		const { model, greet, close } = await open();
		greet(entries(1, 1));
		model.reply({ kind: "thumbnail", id: "p1", type: "image/png" }, PNG);
		model.reply({ kind: "original", id: "p1", type: "image/png" }, PNG);
		await close();
		expect(vi.mocked(URL.revokeObjectURL).mock.calls.flat()).toEqual(["blob:0", "blob:1"]);
	});

	it("survive replies that are not as promised", async () => {
		const { model, greet, el } = await open();
		vi.spyOn(console, "error").mockImplementation(() => {});
		greet(entries(1, 1));
		model.emit("msg:custom", null);
		model.emit("msg:custom", { kind: "page" }, []);
		model.emit("msg:custom", { kind: "missing", id: "p1", what: "all" }, []);
		model.emit("msg:custom", { kind: "thumbnail", id: "p1" }, []);
		model.reply(news("arrived", entries(2, 2), 2));
		expect(el.querySelectorAll("[role=option]")).toHaveLength(2);
	});
});

describe("the large view", () => {
	const text = (el: Element) => el.querySelector(".stage")?.textContent ?? "";

	it("shows the newest, and what was selected last", async () => {
		const { model, greet, el } = await open();
		greet(entries(3, 1));
		model.reply({ kind: "details", details: details("p3") });
		expect(text(el)).toContain("prompt of p3");
		model.set("selected", ["p3", "p1"]);
		model.reply({ kind: "details", details: details("p1") });
		expect(text(el)).toContain("prompt of p1");
	});

	it("shows both, and marks it, where what came differs from what was asked", async () => {
		const { model, greet, el } = await open();
		greet(entries(1, 1));
		const fields = {
			asked: "1792x1024",
			got: "1254x1254",
			asked_count: 4,
			got_count: 3,
			format: "JPEG",
			differences: {
				size: ["1792x1024", "1254x1254"],
				format: ["png", "jpeg"],
				n: ["4", "3"],
				prompt: ["a fox", "a red fox"],
				seed: ["7", "8"],
			} as Details["differences"],
		};
		model.reply({ kind: "details", details: details("p1", fields) });
		expect([...el.querySelectorAll(".differs bdi")].map((each) => each.textContent)).toEqual([
			"asked 1792×1024, got 1254×1254",
			"JPEG, 1.4 MB, asked PNG",
			"3 of 4 asked",
			"Seed: asked 7, got 8",
		]);
	});

	it("does not mark a size that has the ratio that was asked", async () => {
		const { model, greet, el } = await open();
		greet(entries(1, 1));
		model.reply({ kind: "details", details: details("p1", { asked: "21:9 2K", got: "1536x672" }) });
		expect(el.querySelectorAll(".differs")).toHaveLength(0);
		expect(text(el)).toContain("1536×672, asked 21:9 2K");
	});

	it("puts the whole prompt back", async () => {
		const { model, greet, el } = await open();
		greet(entries(1, 1));
		model.reply({ kind: "details", details: details("p1", { prompt: "a whole prompt" }) });
		press(el.querySelector(".stage") as Element, "p");
		expect(model.state.prompt).toBe("a whole prompt");
	});

	it("opens what Python shows, whatever is selected, until something is chosen", async () => {
		const { model, greet, el } = await open();
		greet(entries(5, 1));
		model.set("selected", ["p3"]);
		model.reply({ kind: "show", id: "p1" });
		expect(text(el)).toContain("prompt of p1");
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("original").map(({ id }) => id)).toContain("p1");
		model.reply(news("arrived", entries(6, 6), 6));
		expect(text(el)).toContain("prompt of p1");
		expect(model.state.selected).toEqual(["p3"]);
		el.querySelector<HTMLElement>("[role=option][data-id=p3]")?.click();
		expect(text(el)).toContain("prompt of p3");
	});

	it.each([
		["by a press", true],
		["by Python", false],
	])("goes on when what Python opened is deleted %s", async (_, pressed) => {
		const { model, greet, el } = await open();
		greet(entries(3, 1));
		model.reply({ kind: "show", id: "p1" });
		if (pressed) button(el, "Delete").click();
		model.reply(news("changed", [], 2, { gone: ["p1"] }));
		const message = "There is no picture 'p1'.";
		if (!pressed) model.reply({ kind: "missing", id: "p1", what: "details", message });
		expect(text(el)).toContain("prompt of p3");
	});

	it("shows a picture whose deletion was taken back", async () => {
		const { model, greet, el } = await open();
		greet(entries(2, 1));
		const gone = "There is no picture 'p2'.";
		model.reply(news("changed", [], 1, { gone: ["p2"] }));
		for (const what of ["original", "details"] as const)
			model.reply({ kind: "missing", id: "p2", what, message: gone });
		model.reply(news("changed", [entry("p2")], 2));
		expect(text(el)).not.toContain(gone);
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("details").at(-1)?.id).toBe("p2");
	});

	it("opens a picture that is not in the strip yet", async () => {
		const { model, greet, el } = await open();
		greet(entries(3, 2), 3);
		model.reply({ kind: "show", id: "p1" });
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("details").map(({ id }) => id)).toContain("p1");
		model.reply({ kind: "details", details: details("p1", { prompt: "of long ago" }) });
		expect(text(el)).toContain("of long ago");
	});
});
