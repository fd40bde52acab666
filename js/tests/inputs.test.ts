/** What pictures are made from: brought in, moved, taken out, and sent with what is seen. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import * as dialogs from "../src/dialogs.ts";
import { placed } from "../src/dragged.ts";
import { Later } from "../src/later.ts";
import { openPainter } from "../src/painter.ts";
import { catalog, details, entries, entry, GATEWAYS, news } from "./fake.ts";
import { button, field, open, type Page, press } from "./setup.ts";

vi.mock("../src/painter.ts", () => ({ openPainter: vi.fn() }));

const MB = 2 ** 20;

beforeEach(() => {
	vi.spyOn(Later.prototype, "load").mockResolvedValue(dialogs);
	vi.spyOn(Later.prototype, "dress").mockReturnValue();
});

const file = (bytes = 9, type = "image/png") => new File([new Uint8Array(bytes)], "otter.png", { type });
const settle = () => vi.advanceTimersByTimeAsync(10);
const references = (el: Element) =>
	[...el.querySelectorAll<HTMLElement>(".reference")].map(({ dataset }) => dataset.id);
const at = (el: Element, place: number) =>
	el.querySelectorAll<HTMLElement>(".reference")[place] as HTMLElement;

async function opened(traits = {}): Promise<Page> {
	const page = await open({ prompt: "add a hat", ...traits });
	page.greet(entries(5, 1));
	// The zones are there while a file is dragged over the studio.
	fire(page.el.querySelector(".nbimagegen") as Element, "dragover", {});
	await settle();
	return page;
}

function fire(target: Element, type: string, data: Record<string, unknown>, name = "dataTransfer"): Event {
	const event = new Event(type, { bubbles: true, cancelable: true });
	Object.assign(event, { [name]: { files: [], types: ["Files"], getData: () => "", ...data } });
	target.dispatchEvent(event);
	return event;
}

/** Answers the upload that was sent last. */
async function answer({ model }: Page, id: string, message = ""): Promise<void> {
	await settle();
	const { click, upload } = model.of("upload").at(-1) ?? { click: "", upload: "" };
	model.reply({ kind: "acknowledged", click });
	await settle();
	model.reply({ kind: "uploaded", upload, id, width: 9, height: 9, message });
	await settle();
}

const zone = (el: Element, words: string) =>
	[...el.querySelectorAll(".zones > div")].find((each) => each.textContent?.includes(words)) as Element;

describe("pictures to start from", () => {
	it.each([
		["dropped", (el: Element) => fire(zone(el, "Start from it"), "drop", { files: [file()] })],
		["pasted", (el: Element) => fire(field(el, "Prompt"), "paste", { files: [file()] }, "clipboardData")],
	])("that are %s are uploaded and become references", async (_, bring) => {
		const page = await opened();
		expect(bring(page.el).defaultPrevented).toBe(true);
		await answer(page, "u-1");
		expect(page.model.state.references).toEqual(["u-1"]);
		expect(references(page.el)).toEqual(["u-1"]);
	});

	it("are uploaded one after the other, in parts, and counted", async () => {
		const page = await opened({ references: ["p1"] });
		fire(zone(page.el, "Start from it"), "drop", { files: [file(5 * MB), file()] });
		await settle();
		expect(page.el.querySelector(".inputs .note")?.textContent).toBe("Bringing in picture 1 of 2: 0%");
		page.model.reply({ kind: "acknowledged", click: page.model.of("upload")[0]?.click ?? "" });
		await settle();
		expect(page.el.querySelector(".inputs .note")?.textContent).toBe("Bringing in picture 1 of 2: 50%");
		await answer(page, "u-1");
		await answer(page, "u-2");
		expect(page.model.of("upload").map(({ part, parts }) => [part, parts])).toEqual([
			[0, 2],
			[1, 2],
			[0, 1],
		]);
		expect(page.model.state.references).toEqual(["p1", "u-1", "u-2"]);
	});

	it("that the kernel does not take say why", async () => {
		const page = await opened();
		fire(zone(page.el, "Start from it"), "drop", { files: [file()] });
		await answer(page, "", "The picture cannot be read.");
		expect(page.el.querySelector(".inputs .note")?.textContent).toBe("The picture cannot be read.");
		expect(page.model.state.references).toEqual([]);
	});

	it.each([
		["of another kind", file(9, "image/svg+xml"), "no PNG"],
		["empty", file(0), "empty"],
		["too large", Object.defineProperty(file(), "size", { value: 51 * MB }), "less than 50 MB"],
	])("that are %s are not sent", async (_, wrong, sentence) => {
		const { model, el } = await opened();
		fire(zone(el, "Start from it"), "drop", { files: [wrong] });
		await settle();
		expect(el.querySelector(".inputs .note")?.textContent).toContain(sentence);
		expect(model.of("upload")).toEqual([]);
	});

	it("let a press wait until they are here", async () => {
		const page = await opened();
		fire(zone(page.el, "Start from it"), "drop", { files: [file()] });
		await settle();
		button(page.el, "Generate").click();
		expect(page.el.querySelector("[role=alert]")?.textContent).toContain("still on its way");
		await answer(page, "u-1");
		button(page.el, "Edit").click();
		expect(page.model.of("generate").map(({ references }) => references)).toEqual([["u-1"]]);
	});

	it("are asked for again where nothing is heard of them, so that no press waits for ever", async () => {
		const page = await opened();
		fire(zone(page.el, "Start from it"), "drop", { files: [file()] });
		await settle();
		const [{ click, upload } = { click: "", upload: "" }] = page.model.of("upload");
		page.model.reply({ kind: "acknowledged", click });
		await vi.advanceTimersByTimeAsync(10_000);
		expect(page.model.of("brought")).toEqual([{ kind: "brought", upload }]);
		await vi.advanceTimersByTimeAsync(30_000);
		expect(page.model.of("brought")).toHaveLength(2);
		page.model.reply({ kind: "uploaded", upload, id: "u-1", width: 9, height: 9, message: "" });
		await settle();
		expect(references(page.el)).toEqual(["u-1"]);
		await vi.advanceTimersByTimeAsync(100_000);
		expect(page.model.of("brought")).toHaveLength(2);
	});

	it("are sent again, as the same press, where no answer to a part is heard", async () => {
		const page = await opened();
		fire(zone(page.el, "Start from it"), "drop", { files: [file()] });
		await vi.advanceTimersByTimeAsync(10_100);
		const [first, again] = page.model.of("upload");
		expect(again).toEqual(first);
		await answer(page, "u-1");
		expect(references(page.el)).toEqual(["u-1"]);
		await vi.advanceTimersByTimeAsync(100_000);
		expect(page.model.of("upload")).toHaveLength(2);
	});

	it("are not sent again once the view has closed", async () => {
		const page = await opened();
		fire(zone(page.el, "Start from it"), "drop", { files: [file()] });
		await settle();
		await page.close();
		await vi.advanceTimersByTimeAsync(100_000);
		expect(page.model.of("upload")).toHaveLength(1);
	});

	it("leave a text that is pasted to its field, though a picture of it comes along", async () => {
		const { model, el } = await opened();
		const pasted = { files: [file()], types: ["text/plain", "Files"] };
		expect(fire(field(el, "Prompt"), "paste", pasted, "clipboardData").defaultPrevented).toBe(false);
		await settle();
		expect(model.of("upload")).toEqual([]);
	});

	it("may be dragged from the strip to the composer", async () => {
		const { model, el } = await opened({ references: ["p1"] });
		const dragged = { types: ["application/x-nbimagegen"], getData: () => "p2\np3" };
		expect(fire(field(el, "Prompt"), "dragover", dragged).defaultPrevented).toBe(true);
		fire(field(el, "Prompt"), "drop", dragged);
		expect(model.state.references).toEqual(["p1", "p2", "p3"]);
		fire(at(el, 0), "drop", { ...dragged, getData: () => "p3" });
		expect(model.state.references).toEqual(["p3", "p1", "p2"]);
	});
});

describe("the tray", () => {
	const three = { references: ["p1", "p2", "p3"] };

	it("is no part of a studio that makes pictures from words", async () => {
		const { el } = await opened();
		expect(el.querySelector(".tray")).toBeNull();
	});

	it("is moved about by Alt and an arrow, the focus with it", async () => {
		const { model, el } = await opened(three);
		at(el, 0).focus();
		press(document.activeElement as Element, "ArrowRight", { altKey: true });
		expect(model.state.references).toEqual(["p2", "p1", "p3"]);
		expect((document.activeElement as HTMLElement).dataset.id).toBe("p1");
		press(document.activeElement as Element, "ArrowRight");
		press(document.activeElement as Element, "Delete");
		expect(model.state.references).toEqual(["p2", "p1"]);
		expect((document.activeElement as HTMLElement).dataset.id).toBe("p1");
	});

	it("goes to the prompt when its last picture is taken out", async () => {
		const { el } = await opened({ references: ["p1"] });
		const out = at(el, 0).querySelector("button") as HTMLElement;
		out.focus();
		out.click();
		expect(document.activeElement).toBe(field(el, "Prompt"));
	});

	it("shows what Python set", async () => {
		const { model, el } = await opened();
		model.set("references", ["p2", "u-1"]);
		await settle();
		expect(references(el)).toEqual(["p2", "u-1"]);
	});

	it.each([
		[["a", "b", "c", "d"], ["a"], 2, ["b", "c", "a", "d"]],
		[["a", "b", "c", "d"], ["d"], 1, ["a", "d", "b", "c"]],
		[["a"], ["b", "c"], 9, ["a", "b", "c"]],
		[["a", "b"], ["b"], -1, ["b", "a"]],
	])("puts into %s, of %s, at %i, as %s", (list, ids, place, then) => {
		expect(placed(list, ids, place)).toEqual(then);
	});
});

describe("a picture that is changed", () => {
	it("makes Generate say Edit, and is sent with its references", async () => {
		const { model, el } = await opened({ source: "p3", references: ["p1"] });
		button(el, "Edit").click();
		expect(model.of("generate")).toMatchObject([
			{ operation: "edit", source: "p3", references: ["p1"], mask: false },
		]);
		model.set("source", "");
		model.set("references", []);
		button(el, "Generate").click();
		expect(model.of("generate").at(-1)).toMatchObject({ operation: "generate", source: "", references: [] });
	});

	it("is let go of by a press, which leaves the rest as it is", async () => {
		const { model, el } = await opened({ source: "p3" });
		(el.querySelector("[aria-label='Stop editing']") as HTMLElement).click();
		expect([model.state.source, model.state.prompt]).toEqual(["", "add a hat"]);
		expect(document.activeElement).toBe(field(el, "Prompt"));
	});

	it("is sent with its own mask alone", async () => {
		const { model, el } = await opened({ source: "p3", _mask: { source: "p3", revision: "1", share: 0.5 } });
		expect(button(el, "Mask: 50% may change").hidden).toBe(false);
		button(el, "Edit").click();
		model.set("source", "p2");
		button(el, "Edit").click();
		expect(model.of("generate").map(({ mask }) => mask)).toEqual([true, false]);
		model.set("source", "p3");
		button(el, "Remove the mask").click();
		expect(model.of("unpaint")).toHaveLength(1);
	});

	it("waits for what was painted a moment ago, and is sent with it", async () => {
		const { model, el } = await opened({ source: "p3" });
		let left = () => {};
		const leaving = new Promise<void>((resolve) => {
			left = resolve;
		});
		vi.mocked(openPainter).mockImplementation((view) => {
			view.draft.painted = { source: "p3", has: true, left: leaving };
		});
		button(el, "Paint a mask").click();
		button(el, "Edit").click();
		await settle();
		expect(model.of("generate")).toEqual([]);
		left();
		await settle();
		expect(model.of("generate").map(({ mask }) => mask)).toEqual([true]);
	});

	const without = (operations: string[]) =>
		GATEWAYS.map((each) => ({
			...each,
			operations,
			models: each.models.map((one) => ({ ...one, operations })),
		}));

	it.each([
		["Serevix makes pictures from words alone", {}, without(["generate"])],
		[
			"gpt-image-1.5 starts from at most 1",
			{ references: ["p1"] },
			GATEWAYS.map((each) => ({ ...each, models: each.models.map((one) => ({ ...one, max_inputs: 1 })) })),
		],
		[
			"takes no mask",
			{ _mask: { source: "p3", share: 0.5 } },
			GATEWAYS.map((each) => ({
				...each,
				models: each.models.map((one) => ({ ...one, takes_mask: false })),
			})),
		],
		["selects nothing", { _mask: { source: "p3", share: 0 } }, GATEWAYS],
	])("says before it is sent: %s", async (sentence, traits, gateways) => {
		const { model, el } = await opened({ source: "p3", ...traits });
		model.reply(catalog(gateways as typeof GATEWAYS));
		await settle();
		expect(el.querySelector(".inputs > .error")?.textContent).toContain(sentence);
		button(el, "Edit").click();
		expect(model.of("generate")).toEqual([]);
		expect([model.state.source, model.state.prompt]).toEqual(["p3", "add a hat"]);
	});

	it("leaves out what only words take, and says so", async () => {
		const moderation = { label: "Moderation", operations: ["generate"] as "generate"[] };
		const gateways = GATEWAYS.map((each) => ({
			...each,
			models: each.models.map((one) => ({
				...one,
				parameters: [
					{ ...(one.parameters[0] as (typeof one.parameters)[0]), name: "moderation", ...moderation },
				],
			})),
		}));
		const { model, el } = await opened({ parameters: { moderation: "low" } });
		model.reply(catalog(gateways));
		expect(el.textContent).not.toContain("Not sent now");
		model.set("source", "p3");
		expect(el.textContent).toContain("Not sent now: Moderation");
		expect(model.state.parameters).toEqual({ moderation: "low" });
	});
});

describe("all that one starts from", () => {
	const foot = (el: Element) => el.querySelector(".inputs > .row") as HTMLElement;

	it("is taken out by one press, the mask as well", async () => {
		const traits = { source: "p3", references: ["p1"], _mask: { source: "p3", revision: "r1", share: 0.2 } };
		const { model, el } = await opened(traits);
		button(foot(el), "Take all out").click();
		expect([model.state.source, model.state.references]).toEqual(["", []]);
		expect(model.of("unpaint")).toHaveLength(1);
		expect(foot(el).hidden).toBe(true);
	});

	it.each([
		[{ references: ["p1"] }, true],
		[{ source: "p3", references: ["p1"] }, false],
	])("is %o: the first reference is changed: %s", async (traits, isFirst) => {
		const { el } = await opened(traits);
		expect(foot(el).querySelector("p")?.hidden).toBe(!isFirst);
	});

	it("can be the result, once it is here", async () => {
		const { model, el } = await opened({ source: "p3" });
		expect(foot(el).hidden).toBe(true);
		model.reply(news("arrived", [entry("p6")], 6));
		const parents = [{ id: "p3", prompt: "" }];
		model.reply({ kind: "details", details: details("p6", { operation: "edit", parents }) });
		button(foot(el), "Go on from the result").click();
		expect(model.state.source).toBe("p6");
		expect(foot(el).hidden).toBe(true);
	});
});

describe("an edit that changed more than it was to", () => {
	it("says how much, and one press puts the original back there", async () => {
		const { model, el } = await opened();
		model.reply({ kind: "details", details: details("p5", { operation: "edit", changed_outside: 0.0321 }) });
		expect(el.querySelector(".facts")?.textContent).toContain("3.2% changed outside the mask");
		button(el, "Put the original back there").click();
		expect(model.of("keep").map(({ id }) => id)).toEqual(["p5"]);
	});

	it.each([0, null])("and one that did not offers nothing: %s", async (changed_outside) => {
		const { model, el } = await opened();
		model.reply({ kind: "details", details: details("p5", { operation: "edit", changed_outside }) });
		expect(el.textContent).not.toContain("Put the original back");
	});
});
