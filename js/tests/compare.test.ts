import { beforeEach, describe, expect, it, vi } from "vitest";
import { openCompare } from "../src/compare.ts";
import { difference } from "../src/difference.ts";
import { distinctions } from "../src/distinctions.ts";
import { contained, frameOf } from "../src/frame.ts";
import { details, entries, entry } from "./fake.ts";
import { dialog, type Seen, see } from "./looking.ts";
import { button, press, shown } from "./setup.ts";

// Here no canvas draws.
vi.mock("../src/overlap.ts", () => ({
	overlap: () => ({ canvas: document.createElement("canvas"), share: 0.25 }),
}));

const sight = () => dialog().querySelector(".sight") as HTMLElement;
const windows = () => [...dialog().querySelectorAll<HTMLElement>(".window")];
const seen = () => [...dialog().querySelectorAll(".layer.seen .number")].map((each) => each.textContent);
const told = () => shown(dialog(), ".tray .note").join();
const chosen = () => shown(dialog(), ".choice[aria-pressed=true] b").join();

async function compare(ids = ["p4", "p2"], pictures = entries(5, 1)): Promise<Seen> {
	const found = await see(pictures);
	openCompare(found.view, ids);
	await found.bring(ids);
	press(windows()[0] as HTMLElement, "b");
	return found;
}

beforeEach(() => {
	vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

describe("comparing", () => {
	it("shows a window each, side by side", async () => {
		await compare(["p4", "p2", "p1"]);
		expect(windows()).toHaveLength(3);
		expect(seen()).toEqual(["1", "2", "3"]);
		expect(windows().map((each) => each.querySelector("img")?.alt)).toEqual([
			"prompt of p4",
			"prompt of p2",
			"prompt of p1",
		]);
	});

	it("takes no fewer than two, and of more than four the last", async () => {
		const { view } = await see(entries(5, 1));
		openCompare(view, ["p1", "p1"]);
		expect(dialog()).toBeNull();
		openCompare(view, ["p5", "p4", "p3", "p2", "p1"]);
		press(windows()[0] as HTMLElement, "b");
		expect(windows()).toHaveLength(4);
	});

	it.each([
		["s", "slider", ["1", "2"]],
		["f", "flicker", ["1"]],
		["d", "difference", ["1", "2"]],
		["b", "beside", ["1", "2"]],
	])("enters a mode by %s: %s", async (key, mode, expected) => {
		await compare();
		press(windows()[0] as HTMLElement, key);
		expect(sight().dataset.mode).toBe(mode);
		expect(seen()).toEqual(expected);
		expect(windows()).toHaveLength(mode === "beside" ? 2 : 1);
		expect(shown(dialog(), ".modes [aria-pressed=true]")).toHaveLength(1);
	});

	it("lays the two that were chosen last over each other, in their order", async () => {
		await compare(["p4", "p3", "p2", "p1"]);
		for (const key of ["4", "2", "s"]) press(windows()[0] as HTMLElement, key);
		expect(seen()).toEqual(["2", "4"]);
		expect(dialog().querySelector(".layer.first .number")?.textContent).toBe("2");
	});

	it("draws the line between two by keys", async () => {
		await compare();
		press(windows()[0] as HTMLElement, "s");
		const line = dialog().querySelector("[role=slider]") as HTMLElement;
		press(line, "ArrowLeft");
		expect([line.getAttribute("aria-valuenow"), windows()[0]?.style.getPropertyValue("--at")]).toEqual([
			"48",
			"48%",
		]);
		press(line, "End");
		expect(line.getAttribute("aria-valuenow")).toBe("100");
	});

	it("takes turns, rests at a press of P or of a number, and peeks while H is held", async () => {
		await compare(["p4", "p2", "p1"]);
		press(windows()[0] as HTMLElement, "f");
		await vi.advanceTimersByTimeAsync(700);
		expect([seen(), chosen()]).toEqual([["2"], "1"]);
		press(windows()[0] as HTMLElement, "p");
		await vi.advanceTimersByTimeAsync(3000);
		expect([seen(), chosen()]).toEqual([["2"], "2"]);
		press(windows()[0] as HTMLElement, "h");
		expect(seen()).toEqual(["3"]);
		windows()[0]?.dispatchEvent(new KeyboardEvent("keyup", { key: "h", bubbles: true }));
		expect(seen()).toEqual(["2"]);
		press(windows()[0] as HTMLElement, "1");
		expect(seen()).toEqual(["1"]);
	});

	it("begins at rest for those who like less motion", async () => {
		vi.stubGlobal("matchMedia", () => ({ matches: true }));
		await compare();
		press(windows()[0] as HTMLElement, "f");
		await vi.advanceTimersByTimeAsync(5000);
		expect([seen(), shown(dialog(), ".pause")]).toEqual([["1"], ["Play (P)"]]);
	});

	it("tells how much differs, once both are here", async () => {
		const found = await see(entries(5, 1));
		openCompare(found.view, ["p4", "p2"]);
		press(windows()[0] as HTMLElement, "d");
		expect(told()).toBe("The pictures are on their way.");
		await found.bring(["p4", "p2"]);
		expect(told()).toBe(
			"25% of the pixels differ between 1 and 2. Black is alike; the brighter, the more differs.",
		);
	});

	it("says so where sizes differ", async () => {
		const wide = entry("p2", { width: 1536 });
		await compare(["p1", "p2"], [wide, entry("p1")]);
		expect(told()).toBe("Their sizes differ: each is fitted into 1536×1024.");
	});

	it("picks with Enter after a mode was pressed, and begins side by side the next time", async () => {
		const { model, view } = await compare();
		button(dialog(), "Difference").click();
		press(document.activeElement as Element, "Enter");
		expect(model.state.selected).toEqual(["p4"]);
		openCompare(view, ["p1", "p2"]);
		expect(sight().dataset.mode).toBe("beside");
	});

	it("picks one: starred, selected alone, and the dialog closes", async () => {
		const { model, view } = await compare();
		press(windows()[0] as HTMLElement, "2");
		press(windows()[0] as HTMLElement, "Enter");
		await vi.advanceTimersByTimeAsync(10);
		expect(model.of("star")).toEqual([expect.objectContaining({ ids: ["p2"], on: true })]);
		expect(view.draft.get("selected")).toEqual(["p2"]);
		expect(dialog()).toBeNull();
	});

	it("opens once, whoever asks again", async () => {
		const { view } = await compare();
		openCompare(view, ["p5", "p1"]);
		await vi.advanceTimersByTimeAsync(10);
		expect(document.querySelectorAll("dialog")).toHaveLength(1);
	});
});

const rgba = (...pixels: number[][]) => new Uint8ClampedArray(pixels.flat());

describe("a difference", () => {
	it.each([
		["alike", [10, 20, 30, 255], [10, 20, 30, 255], [0, 0, 0], 0],
		["a codec's noise", [10, 20, 30, 255], [18, 20, 30, 255], [8, 0, 0], 0],
		["more than noise", [10, 20, 30, 255], [10, 11, 30, 255], [0, 9, 0], 1],
		["black against nothing", [0, 0, 0, 255], [0, 0, 0, 0], [0, 0, 0], 1],
		["what cannot be seen", [9, 90, 200, 0], [0, 0, 0, 0], [0, 0, 0], 0],
	])("of %s", (_, one, other, expected, share) => {
		const found = difference(rgba(one), rgba(other));
		expect([...found.pixels]).toEqual([...expected, 255]);
		expect(found.share).toBe(share);
	});

	it("is told for all pixels together", () => {
		const [white, black] = [
			[255, 255, 255, 255],
			[0, 0, 0, 255],
		];
		expect(difference(rgba(white, white, white, black), rgba(black, white, white, black)).share).toBe(0.25);
		expect(difference(rgba(), rgba()).share).toBe(0);
	});
});

describe("pictures of several sizes", () => {
	it("share a frame in which none is made smaller", () => {
		const frame = frameOf([
			{ width: 1024, height: 1536 },
			{ width: 1536, height: 1024 },
		]);
		expect(frame).toEqual({ width: 1536, height: 1536 });
		expect(contained({ width: 1024, height: 1536 }, frame)).toEqual([256, 0, 1024, 1536]);
		expect(contained({ width: 512, height: 512 }, frame)).toEqual([0, 0, 1536, 1536]);
	});
});

describe("what tells pictures apart", () => {
	it("is only what is not the same for all", () => {
		const one = details("p1", { parameters: { quality: "high", seed: 1, size: "auto" } });
		const other = details("p2", { model: "gpt-image-1", parameters: { quality: "high" } });
		expect(distinctions([one, other])).toEqual([
			["gpt-image-1.5", "Seed 1"],
			["gpt-image-1", "default Seed"],
		]);
		expect(distinctions([one, { ...one, id: "p3" }])).toEqual([[], []]);
	});
});
