/** The painter over the page: what its buttons and keys do, and what is said. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { openPainter } from "../src/painter.ts";
import { groups } from "../src/shortcuts.ts";
import { openStudio, openView } from "../src/studio.ts";
import { entries } from "./fake.ts";
import { open, press } from "./setup.ts";

const NAMES: Record<string, string> = {
	"←": "ArrowLeft",
	"→": "ArrowRight",
	"↑": "ArrowUp",
	"↓": "ArrowDown",
	Space: " ",
};

beforeEach(() => {
	HTMLImageElement.prototype.decode = vi.fn(async () => {});
	vi.spyOn(HTMLImageElement.prototype, "offsetWidth", "get").mockReturnValue(64);
	vi.spyOn(HTMLImageElement.prototype, "offsetHeight", "get").mockReturnValue(48);
	HTMLCanvasElement.prototype.getContext = vi.fn(() => null) as never;
	vi.stubGlobal("devicePixelRatio", 1);
});

async function painter() {
	const { model, greet } = await open();
	greet(entries(3, 1));
	const root = document.body.appendChild(document.createElement("div"));
	const view = openView(openStudio(model.asModel()), model.asModel(), root);
	openPainter(view, "p2");
	const waited = root.textContent;
	model.reply({ kind: "original", id: "p2", type: "image/png" }, new Uint8Array(8));
	await vi.advanceTimersByTimeAsync(10);
	const dialog = root.querySelector("dialog") as HTMLDialogElement;
	const board = root.querySelector("[role=application]") as HTMLElement;
	const button = (name: string) =>
		[...root.querySelectorAll("button")].find(({ title }) => title.startsWith(`${name} (`)) as HTMLElement;
	const said = () => root.querySelector(".amount")?.textContent;
	return { model, root, dialog, board, button, said, waited };
}

describe("the painter", () => {
	it("waits for the picture, and edits it", async () => {
		const { model, waited, said } = await painter();
		expect(waited).toContain("Fetching the picture…");
		expect(model.state.source).toBe("p2");
		expect(said()).toBe("No mask yet: paint where the picture may change");
	});

	it("says so where the picture cannot be had", async () => {
		const { model } = await open();
		const root = document.body.appendChild(document.createElement("div"));
		openPainter(openView(openStudio(model.asModel()), model.asModel(), root), "p9");
		model.reply({ kind: "missing", id: "p9", what: "original", message: "It is gone." });
		expect(root.querySelector("dialog")?.textContent).toContain("It is gone.");
	});

	it("names every button and says which tool is held", async () => {
		const { root, button } = await painter();
		for (const each of root.querySelectorAll("button, input")) {
			expect(
				each.textContent || each.getAttribute("aria-label") || each.closest("label")?.textContent,
			).toBeTruthy();
		}
		button("Eraser").click();
		const held = [...root.querySelectorAll("[aria-pressed=true]")].map((each) =>
			each.getAttribute("aria-label"),
		);
		expect(held).toEqual(["Eraser (E)"]);
	});

	it("paints, undoes and tells how much", async () => {
		const { said, button } = await painter();
		button("Paint all").click();
		expect(said()).toBe("To be changed: 100% of the picture");
		button("Undo").click();
		expect([said()?.slice(0, 11), button("Undo").getAttribute("aria-disabled")]).toEqual([
			"No mask yet",
			"true",
		]);
		button("Redo").click();
		button("Invert").click();
		button("Clear").click();
		expect(said()?.slice(0, 11)).toBe("No mask yet");
	});

	it("paints by keys alone", async () => {
		const { board, said } = await painter();
		for (const key of ["r", "ArrowRight", " ", "ArrowDown", "ArrowRight", " "]) press(board, key);
		expect(said()).toContain("To be changed");
	});

	const painting =
		groups()
			.find(({ where }) => where === "Mask")
			?.shortcuts.flatMap(([keys]) => keys) ?? [];
	it.each(painting)("hears %s, as the sheet of keys says", async (keys) => {
		const { board } = await painter();
		press(board, "ArrowLeft");
		// Not at the first: that is the key itself.
		const parts = keys.split(/(?<=.)\+/);
		const key = NAMES[parts.at(-1) ?? ""] ?? parts.at(-1)?.toLowerCase().replace("enter", "Enter") ?? "";
		const modifiers = { ctrlKey: parts.includes("Ctrl"), shiftKey: parts.includes("Shift") };
		expect(press(board, key, modifiers).defaultPrevented).toBe(true);
	});

	it("gives up a shape half-way with Escape, and closes with the next", async () => {
		const { board } = await painter();
		for (const key of ["r", "ArrowRight", " "]) press(board, key);
		expect(press(board, "Escape").defaultPrevented).toBe(true);
		expect(press(board, "Escape").defaultPrevented).toBe(false);
	});

	it("puts the mask back as it was, and closes", async () => {
		const { model, root, button } = await painter();
		button("Paint all").click();
		[...root.querySelectorAll("button")].find((each) => each.textContent === "Discard changes")?.click();
		await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
		expect([model.of("paint").length, model.of("unpaint").length]).toEqual([0, 1]);
	});

	it("sends what was painted when it is closed", async () => {
		const { model, dialog, button } = await painter();
		button("Paint all").click();
		dialog.close();
		await vi.waitFor(() => expect(model.of("paint")).toHaveLength(1));
		expect(document.querySelector("dialog")).toBeNull();
	});
});
