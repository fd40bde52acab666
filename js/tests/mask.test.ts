// @vitest-environment node
/** The mask to the pixel: shapes against sums done the long way, undo, and files. */

import { describe, expect, it, vi } from "vitest";
import { boundsOf, emptyMask, type Mask } from "../src/mask.ts";
import { coarse, stepFor, tinted } from "../src/mask-overlay.ts";
import { Painting } from "../src/mask-painting.ts";
import { readMask, writeMask } from "../src/mask-png.ts";
import { box, type Dab, dab, polygon, type Shape, stroke } from "../src/mask-shapes.ts";
import type { Point } from "../src/placement.ts";

const SIZE = { width: 40, height: 30 };

function painted(shape: Shape, size = SIZE): Painting {
	const painting = new Painting(size);
	painting.draw(shape, true);
	painting.commit();
	return painting;
}

/** Each pixel whose middle fits. */
function expected(fits: (x: number, y: number) => boolean, { width, height } = SIZE): string[] {
	return Array.from({ length: height }, (_, y) =>
		Array.from({ length: width }, (_, x) => (fits(x + 0.5, y + 0.5) ? "#" : ".")).join(""),
	);
}

function rows({ pixels, width, height }: Mask): string[] {
	return Array.from({ length: height }, (_, y) =>
		[...pixels.subarray(y * width, (y + 1) * width)].map((value) => (value ? "#" : ".")).join(""),
	);
}

/** The union of many dabs, so close that no pixel's middle lies between them. */
function swept(from: Dab, to: Dab): (x: number, y: number) => boolean {
	const steps = Array.from({ length: 601 }, (_, at) => at / 600);
	return (x, y) =>
		steps.some((part) => {
			const mix = (one: number, other: number) => one + (other - one) * part;
			const radius = mix(from.size, to.size) / 2;
			return Math.hypot(x - mix(from.x, to.x), y - mix(from.y, to.y)) <= radius + 1e-6;
		});
}

const P = (x: number, y: number): Point => ({ x, y });

describe("a brush", () => {
	it.each([
		[1, ["#"]],
		[2, ["##", "##"]],
		[4, [".##.", "####", "####", ".##."]],
		[5, [".###.", "#####", "#####", "#####", ".###."]],
	])("of %i is as large as it says, and round", (size, shape) => {
		const { mask } = painted(stroke(dab(P(10.2, 10.4), size), dab(P(10.2, 10.4), size)));
		const found = rows(mask).map((row) => row.replace(/^\.+|\.+$/g, ""));
		expect(found.filter((row) => row !== "")).toEqual(shape.map((row) => row.replace(/^\.+|\.+$/g, "")));
	});

	it.each([
		["level", P(5, 9), 7, P(31, 9), 7],
		["upright", P(12, 3), 6, P(12, 25), 6],
		["steep", P(8.3, 4.9), 5, P(15.1, 24.2), 5],
		["slanting", P(4, 24), 9, P(35, 6), 9],
		["pressed harder and harder", P(5, 15), 2, P(30, 17), 14],
		["pressed less, within itself", P(20, 15), 20, P(22, 16), 3],
		["out of the picture", P(-6, -3), 8, P(50, 40), 8],
	])("that goes %s leaves exactly what it passes over", (_, from, size, to, after) => {
		const [one, other] = [dab(from, size), dab(to, after)];
		expect(rows(painted(stroke(one, other)).mask)).toEqual(expected(swept(one, other)));
	});

	it("of one pixel draws a line without gaps", () => {
		const { mask } = painted(stroke(dab(P(2, 3), 1), dab(P(37, 21), 1)));
		const columns = Array.from(
			{ length: 36 },
			(_, x) => rows(mask).filter((row) => row[x + 2] === "#").length,
		);
		expect(Math.min(...columns)).toBe(1);
	});
});

describe("a rectangle", () => {
	it.each([
		["down", P(3.7, 4.2), P(10.1, 8.9)],
		["up", P(10.1, 8.9), P(3.7, 4.2)],
	])("drawn %s holds the pixels under both corners", (_, one, other) => {
		const fits = (x: number, y: number) => x > 3 && x < 11 && y > 4 && y < 9;
		expect(rows(painted(box(one, other)).mask)).toEqual(expected(fits));
	});

	it("ends with the picture", () => {
		expect(painted(box(P(-5, -5), P(400, 300))).mask.count).toBe(40 * 30);
		expect(painted(box(P(50, 50), P(60, 60))).mask.count).toBe(0);
	});
});

describe("a lasso", () => {
	const triangle = [P(5, 4), P(33, 12), P(9, 27)];
	const star = [P(20.3, 2), P(30.1, 28.2), P(4.7, 11.1), P(36.2, 11.4), P(10.9, 27.8)];

	/** How often the line goes around a point. */
	function winding(points: Point[], x: number, y: number): number {
		const turns = points.map((from, at) => {
			const to = points[(at + 1) % points.length] as Point;
			const angle = Math.atan2(to.y - y, to.x - x) - Math.atan2(from.y - y, from.x - x);
			return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
		});
		return Math.round(turns.reduce((sum, turn) => sum + turn, 0) / (2 * Math.PI));
	}

	it.each([
		["a triangle", triangle],
		["a triangle the other way around", [...triangle].reverse()],
		["a star that crosses itself", star],
		["a line out of the picture", [P(-10, 5.1), P(60, 9.7), P(20.3, 50)]],
	])("around %s holds what it goes around", (_, points) => {
		expect(rows(painted(polygon(points)).mask)).toEqual(expected((x, y) => winding(points, x, y) !== 0));
	});

	it("around nothing holds nothing", () => {
		expect(painted(polygon([P(3, 3), P(30, 20)])).mask.count).toBe(0);
	});
});

describe("a painting", () => {
	const steps: [string, (painting: Painting) => void][] = [
		["a stroke", (each) => stroked(each, 12)],
		["a stroke of the eraser", (each) => stroked(each, 16, false)],
		["inverting", (each) => each.invert()],
		["filling all", (each) => each.setAll(true)],
		["clearing", (each) => each.setAll(false)],
		["a mask from Python", (each) => each.load(painted(box(P(1, 1), P(20, 9))).mask.pixels)],
	];

	function stroked(painting: Painting, y: number, on = true): void {
		for (const x of [5, 12, 9]) painting.draw(stroke(dab(P(x, y), 7), dab(P(x + 9, y), 7)), on);
		painting.commit();
	}

	it.each(steps)("undoes and does again %s, and counts", (_, act) => {
		const painting = painted(box(P(4, 10), P(22, 18)));
		const before = rows(painting.mask);
		act(painting);
		const after = rows(painting.mask);
		expect(after).not.toEqual(before);
		painting.undo();
		expect(rows(painting.mask)).toEqual(before);
		painting.redo();
		expect(rows(painting.mask)).toEqual(after);
		expect(painting.mask.count).toBe(after.join("").split("#").length - 1);
	});

	it("that begins with a mask from elsewhere has nothing to undo", () => {
		const painting = new Painting(SIZE);
		painting.load(painted(box(P(1, 1), P(20, 9))).mask.pixels);
		expect([painting.mask.count, painting.canUndo]).toEqual([20 * 9, false]);
	});

	it("is as before when a stroke is dropped half-way", () => {
		const painting = painted(box(P(4, 10), P(22, 18)));
		painting.draw(box(P(0, 0), P(9, 12)), false);
		painting.drop();
		expect(painting.mask.count).toBe(19 * 9);
		painting.undo();
		expect([painting.mask.count, painting.canUndo]).toEqual([0, false]);
	});

	it("takes no step for a stroke that changes nothing", () => {
		const painting = painted(box(P(4, 10), P(22, 18)));
		stroked(painting, 400);
		painting.undo();
		expect(painting.canUndo).toBe(false);
	});

	it("forgets what was undone once something else is painted", () => {
		const painting = painted(box(P(4, 10), P(22, 18)));
		painting.undo();
		stroked(painting, 5);
		expect(painting.canRedo).toBe(false);
	});

	it("tells where it changed, and no more", () => {
		const painting = new Painting(SIZE);
		const told = vi.fn();
		painting.changed.on(told);
		painting.draw(box(P(4, 10), P(22, 18)), true);
		painting.draw(box(P(6, 12), P(30, 14)), true);
		expect(told.mock.calls).toEqual([
			[{ left: 4, top: 10, right: 23, bottom: 19 }],
			[{ left: 23, top: 12, right: 31, bottom: 15 }],
		]);
	});

	it("keeps a bound on what it can undo, and always the last step", () => {
		const painting = new Painting(SIZE, 64);
		for (const y of [2, 9, 16]) stroked(painting, y);
		painting.undo();
		expect(painting.canUndo).toBe(false);
		expect(painting.mask.count).toBeGreaterThan(0);
	});

	it("knows the bounds of a run over several rows", () => {
		expect(boundsOf(SIZE, [45, 90])).toEqual({ left: 0, top: 1, right: 40, bottom: 4 });
		expect(boundsOf(SIZE, [])).toBeUndefined();
	});
});

describe("a mask as a file", () => {
	const bytes = async (blob: Blob) => new DataView(await blob.arrayBuffer());

	it.each([
		{ width: 1, height: 1 },
		{ width: 8, height: 3 },
		{ width: 40, height: 30 },
		{ width: 1023, height: 769 },
	])("of $width × $height comes back to the pixel", async (size) => {
		const { mask } = painted(stroke(dab(P(2, 3), 5), dab(P(90, 70), 41)), size);
		const file = await bytes(await writeMask(mask));
		expect(await readMask(file, size)).toEqual(mask.pixels);
	});

	it("is small", async () => {
		const { mask } = painted(polygon([P(5, 4), P(3300, 1200), P(900, 2700)]), { width: 4096, height: 4096 });
		expect((await writeMask(mask)).size).toBeLessThan(20_000);
	});

	it("of another size, of another kind, or none, is not read", async () => {
		const file = await bytes(await writeMask(emptyMask(SIZE)));
		expect(await readMask(file, { width: 30, height: 40 })).toBeUndefined();
		expect(await readMask(new DataView(new ArrayBuffer(40)), SIZE)).toBeUndefined();
		file.setUint8(24, 8);
		expect(await readMask(file, SIZE)).toBeUndefined();
	});

	/** 43 × 6, each row after another of the five filters, done the long way. */
	it("that the kernel filtered is read", async () => {
		const size = { width: 43, height: 6 };
		const { mask } = painted(stroke(dab(P(2, 1), 3), dab(P(40, 4), 5)), size);
		const file = await bytes(await writeMask(mask));
		const plain = await bytesOfRows(file, size);
		const filtered = plain.flatMap((row, y) => [
			y % 5,
			...row.map((value, x) => value - guess(plain, y % 5, x, y)),
		]);
		const stream = new Blob([Uint8Array.from(filtered)])
			.stream()
			.pipeThrough(new CompressionStream("deflate"));
		const data = new Uint8Array(await new Response(stream).arrayBuffer());
		expect(await readMask(png(file, data), size)).toEqual(mask.pixels);
	});

	async function bytesOfRows(file: DataView, { width, height }: typeof SIZE): Promise<number[][]> {
		const data = new Blob([new Uint8Array(file.buffer as ArrayBuffer, 41, file.getUint32(33))]);
		const stream = data.stream().pipeThrough(new DecompressionStream("deflate"));
		const rows = [...new Uint8Array(await new Response(stream).arrayBuffer())];
		const stride = 1 + Math.ceil(width / 8);
		return Array.from({ length: height }, (_, y) => rows.slice(y * stride + 1, (y + 1) * stride));
	}

	function guess(plain: number[][], filter: number, x: number, y: number): number {
		const left = plain[y]?.[x - 1] ?? 0;
		const above = plain[y - 1]?.[x] ?? 0;
		const corner = plain[y - 1]?.[x - 1] ?? 0;
		const all = [left, above, corner];
		const near = all.map((each) => Math.abs(left + above - corner - each));
		return [0, left, above, (left + above) >> 1, all[near.indexOf(Math.min(...near))] ?? 0][filter] ?? 0;
	}

	/** In two parts, as a writer of large files makes them; check sums are not looked at. */
	function png(file: DataView, data: Uint8Array): DataView {
		const chunk = (name: string, body: Iterable<number>) => {
			const all = [...body];
			return [0, 0, all.length >> 8, all.length & 255, ...new TextEncoder().encode(name), ...all, 0, 0, 0, 0];
		};
		const start = new Uint8Array(file.buffer as ArrayBuffer, 0, 33);
		const chunks = [chunk("IDAT", data.slice(0, 9)), chunk("IDAT", data.slice(9)), chunk("IEND", [])];
		return new DataView(Uint8Array.from([...start, ...chunks.flat()]).buffer);
	}
});

describe("the overlay", () => {
	const bounds = { left: 0, top: 0, right: 40, bottom: 30 };
	const opaque = (bytes: Uint8ClampedArray) =>
		Array.from({ length: bytes.length / 4 }, (_, at) => Number(bytes[4 * at + 3] === 255));

	it("covers what is painted and nothing else, in two tones", () => {
		const { mask } = painted(box(P(4, 10), P(22, 18)));
		const bytes = tinted(mask, bounds, 1);
		expect(opaque(bytes)).toEqual([...mask.pixels]);
		expect(new Set(new Uint32Array(bytes.buffer)).size).toBe(3);
	});

	it("of a very large picture shows a single pixel too", () => {
		expect([4096, 4097, 8192].map((side) => stepFor({ width: side, height: side }))).toEqual([1, 2, 2]);
		expect(coarse({ left: 5, top: 7, right: 6, bottom: 8 }, 2)).toEqual({
			left: 2,
			top: 3,
			right: 3,
			bottom: 4,
		});
		const { mask } = painted(box(P(5, 7), P(5, 7)));
		expect(opaque(tinted(mask, { left: 2, top: 3, right: 3, bottom: 4 }, 2))).toEqual([1]);
	});
});
