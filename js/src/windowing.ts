/** Which of many cells of one size are in sight, and where each stands; in lines across the way one scrolls. No elements. */

const GAP = 8;
/** Pixels beyond what is in sight, so that a slow scroll never meets a blank. */
const AHEAD = 200;
/** What a list has room for before the page tells. */
const USUAL = 640;

export interface Plan {
	/** Cells in a line. */
	columns: number;
	/** The edge of a cell, in pixels. */
	cell: number;
	/** From one line to the next. */
	step: number;
	count: number;
	/** All lines together. */
	length: number;
}

/** A strip is one cell high and as long as it gets; a grid has as many columns as there is room for. */
export function plan(isGrid: boolean, width: number, edge: number, count: number): Plan {
	const room = width || USUAL;
	const columns = isGrid ? Math.max(2, Math.floor((room + GAP) / (edge + GAP))) : 1;
	const cell = isGrid ? (room + GAP) / columns - GAP : edge;
	const step = cell + GAP;
	return { columns, cell, step, count, length: Math.ceil(count / columns) * step - GAP };
}

/** The first that is in sight, and the first behind those; `ahead`: with some more on either side. */
export function inSight(
	{ columns, step, count }: Plan,
	scroll: number,
	extent: number,
	ahead = true,
): [number, number] {
	const more = ahead ? AHEAD : 0;
	const from = Math.max(0, Math.floor((scroll - more) / step));
	const to = Math.ceil((scroll + (extent || USUAL) + more) / step);
	return [Math.min(from * columns, count), Math.min(to * columns, count)];
}

/** Where a cell's line begins, and where the cell begins in its line. */
export function position({ columns, step }: Plan, place: number): [along: number, across: number] {
	return [Math.floor(place / columns) * step, (place % columns) * step];
}

/** How to scroll so that a cell is in sight as a whole; as little as can be. */
export function revealing(plan: Plan, place: number, scroll: number, extent: number): number {
	const [start] = position(plan, place);
	if (start < scroll) return start;
	return Math.max(scroll, start + plan.cell - (extent || USUAL));
}
