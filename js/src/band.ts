/** A rectangle drawn with the mouse over the grid: what it touches is selected when it is let go of. */

import { h, on } from "./element.ts";
import type { Plan } from "./windowing.ts";

/** Fewer pixels are the tremble of a click. */
const TREMBLE = 6;
const EDGE = 24;

type Span = [from: number, to: number];

export interface Band {
	plan(): Plan;
	/** Whether a press here begins one. */
	begins(event: PointerEvent): boolean;
	/** The places that it touches, as it grows. */
	grow(places: number[]): void;
	end(): void;
}

const byNumber = (one: number, other: number) => one - other;

export function banding(list: HTMLElement, body: HTMLElement, { plan, begins, grow, end }: Band): void {
	const shape = h("i", { class: "band" });
	let start: Span | undefined;
	const at = ({ clientX, clientY }: PointerEvent): Span => {
		const { left, top } = body.getBoundingClientRect();
		return [clientX - left, clientY - top];
	};
	const move = (event: PointerEvent) => {
		if (!start) return;
		const [x, y] = at(event);
		const [left, right] = [start[0], x].sort(byNumber) as Span;
		const [top, bottom] = [start[1], y].sort(byNumber) as Span;
		if (!shape.isConnected && right - left + bottom - top < TREMBLE) return;
		// The click that ends it goes to the list, where it means nothing.
		if (!shape.isConnected) list.setPointerCapture(event.pointerId);
		body.append(shape);
		shape.style.inset = `${top}px auto auto ${left}px`;
		shape.style.width = `${right - left}px`;
		shape.style.height = `${bottom - top}px`;
		follow(event);
		const { width } = body.getBoundingClientRect();
		const isRightToLeft = getComputedStyle(list).direction === "rtl";
		const across: Span = isRightToLeft ? [width - right, width - left] : [left, right];
		grow(touched(plan(), [top, bottom], across));
	};
	/** Scrolls along where the mouse reaches an edge. */
	const follow = ({ clientY }: PointerEvent) => {
		const { top, bottom } = list.getBoundingClientRect();
		list.scrollTop += Math.max(0, clientY - bottom + EDGE) - Math.max(0, top + EDGE - clientY);
	};
	const stop = () => {
		start = undefined;
		if (!shape.isConnected) return;
		shape.remove();
		end();
	};
	on(list, "pointerdown", (event) => {
		if (event.pointerType !== "mouse" || event.button !== 0) return;
		const isOnScrollBar = event.target === list && event.offsetX > list.clientWidth;
		if (!isOnScrollBar && begins(event)) start = at(event);
	});
	on(list, "pointermove", move);
	for (const name of ["pointerup", "pointercancel"] as const) on(list, name, stop);
}

/** The places of the cells that a rectangle touches; its sides along and across the way one scrolls. */
export function touched(
	{ columns, step, cell, count }: Plan,
	along: [number, number],
	across: [number, number],
): number[] {
	const range = ([from, to]: [number, number], most: number): [number, number] => [
		Math.max(0, Math.ceil((from - cell) / step)),
		Math.min(most, Math.floor(to / step)),
	];
	const [top, bottom] = range(along, Math.ceil(count / columns) - 1);
	const [left, right] = range(across, columns - 1);
	const places: number[] = [];
	for (let line = top; line <= bottom; line++)
		for (let column = left; column <= right; column++)
			if (line * columns + column < count) places.push(line * columns + column);
	return places;
}
