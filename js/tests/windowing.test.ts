import { describe, expect, it } from "vitest";
import { touched } from "../src/band.ts";
import { Kept } from "../src/kept.ts";
import { inSight, plan, position, revealing } from "../src/windowing.ts";

const STRIP = plan(false, 800, 92, 10_000);
const GRID = plan(true, 800, 92, 10_000);

describe("a plan", () => {
	it("of a strip is one cell high and as long as all of them", () => {
		expect([STRIP.columns, STRIP.step, STRIP.length]).toEqual([1, 100, 999_992]);
	});

	it("of a grid fills the room there is", () => {
		expect([GRID.columns, GRID.step, GRID.length]).toEqual([8, 101, 126_242]);
		expect(position(GRID, 9)).toEqual([101, 101]);
	});

	it.each([
		["strip", STRIP, 0, [0, 10]],
		["strip", STRIP, 500_000, [4998, 5010]],
		["strip", STRIP, 999_192, [9989, 10_000]],
		["grid", GRID, 0, [0, 64]],
		["grid", GRID, 50_500, [3984, 4064]],
	] as const)("of a %s knows what is in sight at %#", (_, of, scroll, expected) => {
		expect(inSight(of, scroll, of === GRID ? 560 : 800)).toEqual(expected);
	});

	it("shows some where the page has not told its size yet, and none where there are none", () => {
		expect(inSight(plan(false, 0, 92, 10_000), 0, 0)[1]).toBeLessThan(20);
		expect(inSight(plan(true, 0, 92, 0), 0, 0)).toEqual([0, 0]);
	});

	it("scrolls as little as can be", () => {
		expect(revealing(STRIP, 3, 0, 800)).toBe(0);
		expect(revealing(STRIP, 8, 0, 800)).toBe(92);
		expect(revealing(STRIP, 2, 400, 800)).toBe(200);
		expect(revealing(GRID, 9_999, 0, 560)).toBe(126_242 - 560);
	});
});

describe("a rectangle", () => {
	const FEW = plan(true, 800, 92, 19);

	it.each([
		["within a cell", [10, 20], [10, 20], [0]],
		["between two cells", [10, 20], [94, 99], []],
		["over a corner of four", [80, 110], [80, 110], [0, 1, 8, 9]],
		["beyond the last", [202, 900], [0, 900], [16, 17, 18]],
		["outside", [-50, -10], [0, 90], []],
	] as const)("%s touches its cells", (_, along, across, expected) => {
		expect(touched(FEW, [...along], [...across])).toEqual(expected);
	});
});

describe("what is kept", () => {
	it("is what was used last", () => {
		const gone: string[] = [];
		const kept = new Kept<string>(2, (value) => gone.push(value));
		kept.set("a", "A");
		kept.set("b", "B");
		kept.get("a");
		kept.set("c", "C");
		expect([gone, kept.get("a"), kept.get("b")]).toEqual([["B"], "A", undefined]);
		kept.clear();
		expect(gone).toEqual(["B", "C", "A"]);
	});
});
