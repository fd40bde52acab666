/**
 * Shapes → the pixels that they hold, as parts of rows. A pixel belongs to a shape that holds its middle: no soft
 * edge, and the same pixels on every machine. Pure geometry; shapes may reach out of the picture.
 */

import type { Point } from "./placement.ts";

/** Is given each part of a row: from one pixel up to another, which is the first outside. */
export type Put = (y: number, from: number, to: number) => void;
export type Shape = (put: Put) => void;

/** A round tip of so many pixels across. */
export interface Dab extends Point {
	size: number;
}

/** What lies on the edge of a stroke is inside, however the sums were rounded. */
const EDGE = 1e-9;

/** A tip of an odd size stands on a pixel, one of an even size between four: so each size is as large as it says. */
export function dab({ x, y }: Point, size: number): Dab {
	const whole = Math.max(1, Math.round(size));
	const snap = (at: number) => (whole % 2 ? Math.floor(at) + 0.5 : Math.round(at));
	return { x: snap(x), y: snap(y), size: whole };
}

/** What a tip passes over on its way from one dab to another, while its size goes over as well. */
export function stroke(from: Dab, to: Dab): Shape {
	const [one, other] = [from.size / 2, to.size / 2];
	const sides = tangents(from, to);
	const [top, bottom] = [Math.min(from.y - one, to.y - other), Math.max(from.y + one, to.y + other)];
	return (put) => {
		for (let y = Math.ceil(top - 0.5); y + 0.5 <= bottom; y++) {
			const spans = [across(from, y + 0.5), across(to, y + 0.5), between(sides, y + 0.5)];
			// All three together bulge nowhere inwards: a row meets them in one piece.
			const first = Math.ceil(Math.min(...spans.map(([left]) => left)) - 0.5 - EDGE);
			put(y, first, Math.floor(Math.max(...spans.map(([, right]) => right)) + 0.5 + EDGE));
		}
	};
}

/** All pixels from the one under a corner to the one under the other. */
export function box(one: Point, other: Point): Shape {
	const [left, right] = [one.x, other.x].map(Math.floor).sort(ascending) as [number, number];
	const [top, bottom] = [one.y, other.y].map(Math.floor).sort(ascending) as [number, number];
	return (put) => {
		for (let y = top; y <= bottom; y++) put(y, left, right + 1);
	};
}

/**
 * What a line through these points goes around, its end joined to its start; where it crosses itself, both. Of two
 * shapes that share an edge only one holds a pixel on it, so a line that goes back as it came holds nothing.
 */
export function polygon(points: Point[]): Shape {
	const rows = crossings(points);
	return (put) => {
		for (const [y, found] of rows) {
			let winding = 0;
			for (const [at, { x, turn }] of found.sort((a, b) => a.x - b.x).entries()) {
				winding += turn;
				const next = found[at + 1];
				if (winding !== 0 && next) put(y, Math.ceil(x - 0.5), Math.ceil(next.x - 0.5));
			}
		}
	};
}

interface Crossing {
	x: number;
	/** Whether the line goes down there (1), or up (−1). */
	turn: number;
}

/** Where the line meets the middle of each row of pixels. */
function crossings(points: Point[]): Map<number, Crossing[]> {
	const rows = new Map<number, Crossing[]>();
	for (const [at, from] of points.entries()) {
		const to = points[(at + 1) % points.length] as Point;
		const [high, low] = from.y < to.y ? [from, to] : [to, from];
		for (let y = Math.ceil(high.y - 0.5); y + 0.5 < low.y; y++) {
			const x = high.x + ((low.x - high.x) * (y + 0.5 - high.y)) / (low.y - high.y);
			const row = rows.get(y) ?? [];
			rows.set(y, row);
			row.push({ x, turn: high === from ? 1 : -1 });
		}
	}
	return rows;
}

type Span = [left: number, right: number];
const NOTHING: Span = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

function across({ x, y, size }: Dab, at: number): Span {
	const half = Math.sqrt((size / 2) ** 2 - (at - y) ** 2);
	return Number.isNaN(half) ? NOTHING : [x - half, x + half];
}

/** The four points at which the two lines along both dabs touch them; none where one dab holds the other. */
function tangents(from: Dab, to: Dab): Point[] {
	const [one, other] = [from.size / 2, to.size / 2];
	const away = Math.hypot(to.x - from.x, to.y - from.y);
	if (away <= Math.abs(one - other)) return [];
	const [x, y] = [(to.x - from.x) / away, (to.y - from.y) / away];
	const along = (one - other) / away;
	const aside = Math.sqrt(1 - along ** 2);
	const point = (dab: Dab, side: number) => ({
		x: dab.x + (dab.size / 2) * (x * along - y * aside * side),
		y: dab.y + (dab.size / 2) * (y * along + x * aside * side),
	});
	return [point(from, 1), point(to, 1), point(to, -1), point(from, -1)];
}

function between(corners: Point[], at: number): Span {
	let [left, right] = NOTHING;
	for (const [index, from] of corners.entries()) {
		const to = corners[(index + 1) % corners.length] as Point;
		if (from.y > at === to.y > at) continue;
		const x = from.x + ((to.x - from.x) * (at - from.y)) / (to.y - from.y);
		[left, right] = [Math.min(left, x), Math.max(right, x)];
	}
	return [left, right];
}

const ascending = (one: number, other: number) => one - other;
