// @vitest-environment node
/** Tools in a hand that presses, moves and lifts; by a pointer or by keys. */

import { describe, expect, it, vi } from "vitest";
import { Hand } from "../src/mask-hand.ts";
import { Cursor } from "../src/mask-keys.ts";
import { Painting } from "../src/mask-painting.ts";
import type { Tool, Touch } from "../src/mask-tools.ts";

const SIZE = { width: 100, height: 80 };
const at = (x: number, y: number, pressure = 1): Touch => ({ x, y, pressure });

function holding(tool: Tool, size = 5) {
	const painting = new Painting(SIZE);
	const outline = vi.fn();
	const hand = new Hand({ painting, size: () => size, reach: () => 3, outline }, () => tool);
	const drag = (...touches: Touch[]) => {
		const [first, ...rest] = touches as [Touch, ...Touch[]];
		hand.press(first);
		for (const touch of rest) hand.move(touch);
		hand.lift(touches.at(-1) as Touch);
	};
	const click = (x: number, y: number) => drag(at(x, y));
	return { painting, hand, outline, drag, click };
}

const isSet = (painting: Painting, x: number, y: number) => painting.mask.pixels[y * SIZE.width + x] === 1;

describe("a hand", () => {
	it("with the brush paints where it is pressed, one step a stroke", () => {
		const { painting, drag } = holding("brush");
		drag(at(10, 10), at(30, 10), at(30, 30));
		expect([isSet(painting, 20, 10), isSet(painting, 30, 20), isSet(painting, 20, 20)]).toEqual([
			true,
			true,
			false,
		]);
		painting.undo();
		expect(painting.mask.count).toBe(0);
	});

	it("presses harder for a wider line", () => {
		const { painting, drag } = holding("brush", 20);
		drag(at(10, 40, 0.1), at(90, 40, 1));
		const wide = (x: number) =>
			Array.from({ length: 80 }, (_, y) => isSet(painting, x, y)).filter(Boolean).length;
		expect([wide(12), wide(50), wide(88)]).toEqual([2, 12, 20]);
	});

	it.each([
		["eraser", {}, false],
		["brush", { isOther: true }, false],
		["eraser", { isOther: true }, true],
		["rectangle", { isOther: true }, false],
	] as const)("with the %s %o takes away or adds", (tool, how, adds) => {
		const { painting, hand } = holding(tool);
		if (!adds) painting.setAll(true);
		hand.press(at(40, 40), how);
		hand.lift(at(40, 40));
		expect(isSet(painting, 40, 40)).toBe(adds);
		expect(isSet(painting, 60, 60)).toBe(!adds);
	});

	it("draws a straight line from where the last stroke ended", () => {
		const { painting, hand, click } = holding("brush");
		click(10, 10);
		hand.press(at(70, 50), { isStraight: true });
		hand.lift(at(70, 50));
		expect(isSet(painting, 40, 30)).toBe(true);
	});

	it("shows a rectangle before it paints it", () => {
		const { painting, hand, outline } = holding("rectangle");
		hand.press(at(10, 10));
		hand.move(at(20, 30));
		expect([outline.mock.lastCall, painting.mask.count]).toEqual([["M10 10H20V30H10Z"], 0]);
		hand.lift(at(20, 30));
		expect([outline.mock.lastCall, painting.mask.count]).toEqual([[""], 11 * 21]);
	});

	it("paints what a lasso is drawn around", () => {
		const { painting, drag } = holding("lasso");
		drag(at(10, 10), at(50, 10), at(50, 50), at(10, 50));
		expect(painting.mask.count).toBe(40 * 40);
	});

	it.each([
		["the first corner", [10, 10]],
		["the last corner once more", [10, 50]],
	])("clicks a lasso from corner to corner until %s", (_, [x = 0, y = 0]) => {
		const { painting, hand, click } = holding("lasso");
		for (const [left, top] of [
			[10, 10],
			[50, 10],
			[50, 50],
			[10, 50],
		] as const)
			click(left, top);
		expect([hand.isBusy, painting.mask.count]).toEqual([true, 0]);
		click(x, y);
		expect([hand.isBusy, painting.mask.count]).toEqual([false, 40 * 40]);
	});

	it.each(["brush", "rectangle", "lasso"] as const)("forgets a %s half-way", (tool) => {
		const { painting, hand } = holding(tool);
		hand.press(at(10, 10));
		hand.move(at(40, 40));
		hand.move(at(40, 10));
		expect([hand.drop(), hand.drop()]).toEqual([true, false]);
		hand.lift(at(40, 10));
		expect([painting.mask.count, painting.canUndo]).toEqual([0, false]);
	});

	it("ends a lasso of corners when it is done", () => {
		const { painting, hand, click } = holding("lasso");
		click(10, 10);
		click(50, 10);
		click(50, 50);
		expect([hand.finish(at(0, 0)), painting.mask.count > 700]).toEqual([true, true]);
	});
});

describe("by keys", () => {
	const key = (name: string, more: Partial<KeyboardEvent> = {}) => ({ key: name, ...more }) as KeyboardEvent;

	it("the hand begins in the middle, and stays in the picture", () => {
		const cursor = new Cursor(holding("brush").hand, SIZE);
		cursor.key(key("ArrowRight"), 8);
		expect(cursor.at).toMatchObject({ x: 51.5, y: 40.5 });
		for (let time = 0; time < 9; time++) cursor.key(key("ArrowUp", { shiftKey: true }), 1);
		expect(cursor.at).toMatchObject({ x: 51.5, y: 0.5 });
	});

	it("paints from Space to Space", () => {
		const { painting, hand } = holding("rectangle");
		const cursor = new Cursor(hand, SIZE);
		for (const name of ["ArrowLeft", " ", "ArrowRight", "ArrowDown", " "]) cursor.key(key(name), 1);
		expect(painting.mask.count).toBe(9 * 9);
	});

	it("leaves Space to others while a pointer is used", () => {
		const { hand } = holding("brush");
		expect(new Cursor(hand, SIZE).key(key(" "), 1)).toBe(false);
		expect(hand.isDown).toBe(false);
	});
});
