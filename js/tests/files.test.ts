/** Files that come in, to be read how they were made, and files that go out. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import * as dialogs from "../src/dialogs.ts";
import { Later } from "../src/later.ts";
import { details, entries } from "./fake.ts";
import { button, open, type Page } from "./setup.ts";

const MB = 2 ** 20;

beforeEach(() => {
	vi.spyOn(Later.prototype, "load").mockResolvedValue(dialogs);
	vi.spyOn(Later.prototype, "dress").mockReturnValue();
});

function drop(el: Element, file: File | null, text = ""): Event {
	const event = new Event("drop", { bubbles: true, cancelable: true });
	Object.assign(event, {
		dataTransfer: { files: file ? [file] : [], types: file ? ["Files"] : ["text"], text },
	});
	(el.querySelector("[data-does=read]") as Element).dispatchEvent(event);
	return event;
}

async function acknowledge({ model }: Page): Promise<void> {
	await vi.advanceTimersByTimeAsync(10);
	const last = model.of("read").at(-1);
	if (last) model.reply({ kind: "acknowledged", click: last.click });
	await vi.advanceTimersByTimeAsync(10);
}

/** The zones are there while a file is dragged over the studio. */
async function dragging(traits: Parameters<typeof open>[0] = {}): Promise<Page> {
	const page = await open(traits);
	const over = new Event("dragover", { bubbles: true, cancelable: true });
	Object.assign(over, { dataTransfer: { types: ["Files"] } });
	page.el.querySelector(".nbimagegen")?.dispatchEvent(over);
	await vi.advanceTimersByTimeAsync(10);
	return page;
}

const picture = (bytes: number) => new File([new Uint8Array(bytes)], "otter.png", { type: "image/png" });
const told = (el: Element) => el.querySelector(".restored p")?.textContent;

describe("a picture's file that is dropped to be read", () => {
	it("goes to the kernel as bytes alone, a part after the other", async () => {
		const opened = await dragging();
		const { model, el } = opened;
		expect(drop(el, picture(9 * MB)).defaultPrevented).toBe(true);
		for (let part = 0; part < 3; part++) await acknowledge(opened);
		expect(model.of("read").map(({ part, parts }) => [part, parts])).toEqual([
			[0, 3],
			[1, 3],
			[2, 3],
		]);
		expect(model.carried.map(({ byteLength }) => byteLength)).toEqual([4 * MB, 4 * MB, MB]);
		expect(Object.keys(model.of("read")[0] ?? {}).sort()).toEqual([
			"click",
			"kind",
			"part",
			"parts",
			"upload",
		]);
		expect(JSON.stringify(model.sent)).not.toContain("otter");
	});

	it("says what was found, and what stood there before can be put back", async () => {
		const opened = await dragging({ prompt: "mine", parameters: { size: "1x1" } });
		const { model, el } = opened;
		drop(el, picture(9));
		await acknowledge(opened);
		const { upload } = model.of("read")[0] as { upload: string };
		model.set("prompt", "of the picture");
		model.set("parameters", {});
		model.reply({ kind: "settings", upload, found: true, message: "It is in the controls." });
		expect(told(el)).toBe("It is in the controls.");
		button(el, "Put back").click();
		expect([model.state.prompt, model.state.parameters]).toEqual(["mine", { size: "1x1" }]);
		expect(model.of("generate")).toEqual([]);
	});

	it("that tells nothing says so, and offers nothing to put back", async () => {
		const opened = await dragging();
		drop(opened.el, picture(9));
		await acknowledge(opened);
		const { upload } = opened.model.of("read")[0] as { upload: string };
		opened.model.reply({ kind: "settings", upload, found: false, message: "It tells nothing." });
		expect(told(opened.el)).toBe("It tells nothing.");
		expect(button(opened.el, "Put back").hidden).toBe(true);
	});

	it.each([
		["empty", 0, "empty"],
		["too large", 65 * MB, "64 MB"],
	])("and is %s is not sent", async (_, bytes, sentence) => {
		const { model, el } = await dragging();
		const file = picture(0);
		Object.defineProperty(file, "size", { value: bytes });
		drop(el, file);
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("read")).toEqual([]);
		expect(told(el)).toContain(sentence);
	});

	it("is no text, which goes where it was dropped", async () => {
		const { model, el } = await dragging();
		expect(drop(el, null, "a fox").defaultPrevented).toBe(false);
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("read")).toEqual([]);
	});

	it("may be chosen by the keyboard", async () => {
		const { el } = await open();
		const input = el.querySelector("input[type=file]:not([multiple])") as HTMLInputElement;
		input.click = vi.fn();
		button(el, "Settings from a picture…").click();
		expect(input.click).toHaveBeenCalled();
	});
});

describe("a download", () => {
	const saved = () => vi.mocked(HTMLAnchorElement.prototype.click);

	async function pressed(): Promise<Page> {
		HTMLAnchorElement.prototype.click = vi.fn();
		const opened = await open();
		opened.greet(entries(2, 1));
		opened.model.reply({ kind: "details", details: details("p2") });
		button(opened.el, "Download").click();
		await vi.advanceTimersByTimeAsync(10);
		return opened;
	}

	it("asks the kernel for the file and saves it under its name, once", async () => {
		const { model } = await pressed();
		expect(model.of("file")).toEqual([{ kind: "file", id: "p2" }]);
		for (let time = 0; time < 2; time++) {
			model.reply({ kind: "file", id: "p2", name: "fox-p2.png", type: "image/png" }, new Uint8Array(4));
		}
		expect(saved().mock.contexts.map((link) => (link as HTMLAnchorElement).download)).toEqual(["fox-p2.png"]);
	});

	it("saves beside the file what cannot be inside", async () => {
		const { model } = await pressed();
		const [file, beside] = [new Uint8Array(4), new Uint8Array(2)];
		model.reply({ kind: "file", id: "p2", name: "fox-p2.png", type: "image/png" }, file, beside);
		expect(saved().mock.contexts.map((link) => (link as HTMLAnchorElement).download)).toEqual([
			"fox-p2.png",
			"fox-p2.png.json",
		]);
	});

	it("that cannot be says why, and may be tried again", async () => {
		const { model, el } = await pressed();
		model.reply({ kind: "missing", id: "p2", what: "file", message: "Its file cannot be read." });
		expect(el.querySelector(".told")?.textContent).toBe("Its file cannot be read.");
		button(el, "Download").click();
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("file")).toHaveLength(2);
	});
});
