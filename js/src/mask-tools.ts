/** What a press, the way after it and the release paint: brush and eraser, rectangle, lasso. */

import { frame, line } from "./mask-outline.ts";
import type { Painting } from "./mask-painting.ts";
import { box, dab, polygon, stroke } from "./mask-shapes.ts";
import type { Point } from "./placement.ts";

export type Tool = "brush" | "eraser" | "rectangle" | "lasso";

export interface Touch extends Point {
	/** From 0 to 1; 1 for what cannot tell. */
	pressure: number;
}

export interface Desk {
	painting: Painting;
	/** Of the brush, in pixels of the picture. */
	size(): number;
	/** Two points nearer than this, in pixels of the picture, were meant to be one. */
	reach(): number;
	/** Shows a shape before it is painted; "" for none. */
	outline(path: string): void;
}

export interface Stroke {
	move(at: Touch): void;
	/** Lifted here. Returns whether that was all; a lasso of corners goes on with the next press. */
	lift(at: Touch): boolean;
	/** Pressed once more, where it goes on. Returns whether that was all. */
	press?(at: Touch): boolean;
	/** On the way to the next corner. */
	hover?(at: Touch): void;
	/** Ends what goes on. */
	finish?(): void;
}

type Begin = (desk: Desk, from: Touch, on: boolean) => Stroke;

const brush: Begin = ({ painting, size }, from, on) => {
	const tip = (at: Touch) => dab(at, size() * at.pressure);
	let last = tip(from);
	const move = (at: Touch) => {
		const next = tip(at);
		painting.draw(stroke(last, next), on);
		last = next;
	};
	move(from);
	const lift = () => {
		painting.commit();
		return true;
	};
	return { move, lift };
};

const rectangle: Begin = ({ painting, outline }, from, on) => ({
	move: (at) => outline(frame(from, at)),
	lift: (at) => {
		outline("");
		painting.draw(box(from, at), on);
		painting.commit();
		return true;
	},
});

/** Drawn in one go, or from corner to corner by clicks; a click on the first corner, or twice on one, ends it. */
const lasso: Begin = ({ painting, reach, outline }, from, on) => {
	const points: Point[] = [from];
	let corners = 1;
	const isNear = (one: Point | undefined, at: Point) =>
		one !== undefined && Math.hypot(one.x - at.x, one.y - at.y) < reach();
	const finish = () => {
		outline("");
		painting.draw(polygon(points), on);
		painting.commit();
	};
	const move = (at: Touch) => {
		if (points.length === corners && isNear(points.at(-1), at)) return;
		points.push(at);
		outline(line(points));
	};
	const lift = () => {
		const wasDrawn = corners === 1 && points.length > 1;
		corners = points.length;
		if (wasDrawn) finish();
		return wasDrawn;
	};
	const press = (at: Touch) => {
		const isEnd = isNear(points[0], at) || isNear(points.at(-1), at);
		if (isEnd) finish();
		else corners = points.push(at);
		return isEnd;
	};
	return { move, lift, press, finish, hover: (at) => outline(line([...points, at])) };
};

export const TOOLS: Record<Tool, Begin> = { brush, eraser: brush, rectangle, lasso };
