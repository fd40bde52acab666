import { describe, expect, it, vi } from "vitest";
import { lines, pairs } from "../src/record.ts";
import { openViewer } from "../src/viewer.ts";
import { details, entries, news } from "./fake.ts";
import { dialog, type Seen, see } from "./looking.ts";
import { button, press, shown } from "./setup.ts";

const window = () => dialog().querySelector(".window") as HTMLElement;
const place = () => shown(dialog(), ".place").join();

async function view(id = "p3", traits = {}): Promise<Seen> {
	const seen = await see(entries(5, 1), traits);
	openViewer(seen.view, id);
	await seen.bring([id]);
	return seen;
}

describe("the viewer", () => {
	it("shows a picture by its thumbnail until the original is here", async () => {
		const { view, bring, model } = await see(entries(3, 1));
		openViewer(view, "p2");
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("original").map(({ id }) => id)).toEqual(["p2"]);
		model.reply({ kind: "thumbnail", id: "p2", type: "image/webp" }, new Uint8Array([1]));
		expect(window().querySelector("img")?.className).toBe("preview");
		await bring(["p2"]);
		expect(window().querySelector("img")?.className).toBe("");
		expect(window().querySelector("img")?.alt).toBe("prompt of p2");
	});

	it("goes through the strip's order by arrows, and stops at its ends", async () => {
		await view();
		expect(place()).toBe("3 of 5");
		press(window(), "ArrowRight");
		expect(place()).toBe("4 of 5");
		press(window(), "Home");
		press(window(), "ArrowLeft");
		expect(place()).toBe("1 of 5");
		press(window(), "End");
		expect(place()).toBe("5 of 5");
	});

	it("fetches the neighbours once the picture itself is here", async () => {
		const { model } = await view();
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("original").map(({ id }) => id)).toEqual(["p2", "p4"]);
	});

	it("tells why a picture does not come", async () => {
		const { model } = await see(entries(2, 1)).then((seen) => {
			openViewer(seen.view, "p1");
			return seen;
		});
		model.reply({ kind: "missing", id: "p1", what: "original", message: "Its file cannot be read." });
		expect(shown(dialog(), ".problem")).toEqual(["Its file cannot be read."]);
	});

	it.each([
		["s", { kind: "star", ids: ["p3"], on: true }],
		["4", { kind: "rate", ids: ["p3"], rating: 4 }],
		["Delete", { kind: "delete", ids: ["p3"] }],
	])("takes %s for the picture that is seen, whatever is selected", async (key, request) => {
		const { model } = await view("p3", { selected: ["p3", "p4"] });
		press(window(), key);
		expect(model.sent).toContainEqual(expect.objectContaining(request));
	});

	it("goes on to the next where its picture is deleted, and closes behind the last", async () => {
		const { model, bring } = await view("p2");
		press(window(), "Delete");
		model.reply(news("changed", [], 4, { gone: ["p2"] }));
		await bring(["p1"]);
		expect(place()).toBe("4 of 4");
		for (const id of ["p5", "p4", "p3"]) model.reply(news("changed", [], 1, { gone: [id] }));
		press(window(), "Delete");
		await vi.advanceTimersByTimeAsync(10);
		expect(dialog()).toBeNull();
	});

	it("leaves the strip where one looked last, unless several are selected", async () => {
		const one = await view();
		press(window(), "ArrowRight");
		dialog().close();
		await vi.advanceTimersByTimeAsync(10);
		expect(one.view.draft.get("selected")).toEqual(["p2"]);
		const several = await view("p3", { selected: ["p5", "p3"] });
		press(window(), "ArrowRight");
		dialog().close();
		await vi.advanceTimersByTimeAsync(10);
		expect(several.view.draft.get("selected")).toEqual(["p5", "p3"]);
	});

	it("closes before a prompt is used once more, and stays for a reference", async () => {
		const { view: own } = await view();
		const used = vi.fn();
		own.reuse.on(used);
		press(window(), "p");
		await vi.advanceTimersByTimeAsync(10);
		expect(dialog()).toBeNull();
		expect(used).toHaveBeenCalledWith({ prompt: "prompt of p3" });
	});

	it("shows family as thumbnails to go on to", async () => {
		const { model, view: own } = await see(entries(5, 1));
		openViewer(own, "p3");
		const parents = [{ id: "p1", prompt: "a fox" }];
		const children = [{ id: "p5", prompt: "a red fox" }];
		model.reply({ kind: "details", details: details("p3", { parents, children }) });
		model.reply({ kind: "thumbnail", id: "p1", type: "image/webp" }, new Uint8Array([1]));
		const family = [...dialog().querySelectorAll<HTMLElement>(".kin button")];
		expect(family.map(({ title }) => title)).toEqual(["a fox", "a red fox"]);
		expect(family[0]?.querySelector("img")?.src).toMatch(/^blob:/);
		family[0]?.click();
		expect(place()).toBe("5 of 5");
	});

	it("says that a page without https may not copy a picture, and copies words all the same", async () => {
		await view();
		vi.stubGlobal("ClipboardItem", undefined);
		press(window(), "c", { ctrlKey: true });
		await vi.advanceTimersByTimeAsync(10);
		expect(shown(dialog(), ".toast").join()).toMatch(/not https/);
		const writeText = vi.fn(async () => {});
		vi.stubGlobal("navigator", { clipboard: { writeText } });
		button(dialog(), "Copy the prompt").click();
		await vi.advanceTimersByTimeAsync(10);
		expect(writeText).toHaveBeenCalledWith("prompt of p3");
		vi.unstubAllGlobals();
	});

	it("leaves nothing behind in the view, however often it is opened", async () => {
		const { view: own, bring } = await see(entries(5, 1));
		const undos = vi.fn();
		const keep = own.keep;
		let held = 0;
		own.keep = (undo) => {
			held++;
			const release = keep(undo);
			return () => {
				held--;
				undos();
				release();
			};
		};
		for (let time = 0; time < 20; time++) {
			openViewer(own, "p3");
			await bring(["p3"]);
			dialog().close();
			await vi.advanceTimersByTimeAsync(10);
		}
		expect(held).toBe(0);
	});
});

describe("asked against got", () => {
	it("tells what came otherwise than asked", () => {
		const told = lines(
			details("p1", {
				asked: "1792x1024",
				got: "1536x1024",
				asked_count: 4,
				got_count: 3,
				parameters: { size: "1792x1024", quality: "high", seed: 7 },
				differences: { size: ["1792x1024", "1536x1024"], quality: ["high", "medium"] },
			}),
		);
		expect(told.map(({ name, asked, got, differs }) => [name, asked, got, differs])).toEqual([
			["Size", "1792×1024", "1536×1024", true],
			["Format", "", "PNG", false],
			["Images", "4", "3", true],
			["Quality", "high", "medium", true],
			["Seed", "7", "", false],
		]);
	});

	it("reads nested usage as lines, and leaves out what is empty", () => {
		const usage = { input_tokens: 50, details: { text: 10, image: { low: 4 } }, note: "", none: null };
		expect(pairs(usage)).toEqual([
			["Input tokens", "50"],
			["Details text", "10"],
			["Details image low", "4"],
		]);
	});
});
