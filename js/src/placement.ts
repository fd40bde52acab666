/**
 * Where a picture lies in a window that it is looked at through: its scale, and where its corner is. Pure geometry;
 * a point p of the picture is seen at scale × p + (x, y) of the window.
 */

export interface Placement {
	scale: number;
	x: number;
	y: number;
}

export interface Point {
	x: number;
	y: number;
}

export interface Size {
	width: number;
	height: number;
}

export interface Room {
	/** The picture's own pixels. */
	picture: Size;
	/** The window's, in those of CSS. */
	window: Size;
	/** The scale at which one pixel of the picture is one of the screen. */
	actual: number;
	/** How far the picture's edge may come into the window where the picture is larger. */
	slack: number;
}

/** One pixel of the picture is at most so many of the screen. */
const CLOSEST = 32;

export function fitted({ picture, window, ...room }: Room): Placement {
	const scale = Math.min(window.width / picture.width, window.height / picture.height);
	return bounded({ picture, window, ...room }, { scale, x: 0, y: 0 });
}

/** Zooms so that what is seen at `at` stays there. */
export function zoomed(room: Room, { scale, x, y }: Placement, to: number, at: Point): Placement {
	const next = Math.min(Math.max(to, smallest(room)), CLOSEST * room.actual);
	const by = next / scale;
	return bounded(room, { scale: next, x: at.x - by * (at.x - x), y: at.y - by * (at.y - y) });
}

export function panned(room: Room, { scale, x, y }: Placement, by: Point): Placement {
	return bounded(room, { scale, x: x + by.x, y: y + by.y });
}

/** What is seen at a point of the window, in the picture's own pixels. */
export function seen({ scale, x, y }: Placement, at: Point): Point {
	return { x: (at.x - x) / scale, y: (at.y - y) / scale };
}

/** After the window or the picture changed: what was in the middle stays there. */
export function moved(before: Room, after: Room, placement: Placement): Placement {
	const { x, y } = seen(placement, middle(before.window));
	const { scale } = placement;
	const to = middle(after.window);
	return bounded(after, { scale, x: to.x - scale * x, y: to.y - scale * y });
}

/** Whether all of it is in sight, so that there is nothing to pan. */
export function isWhole({ picture, window }: Room, { scale }: Placement): boolean {
	// Half a pixel may be lost to rounding.
	return picture.width * scale <= window.width + 0.5 && picture.height * scale <= window.height + 0.5;
}

export function middle({ width, height }: Size): Point {
	return { x: width / 2, y: height / 2 };
}

function smallest(room: Room): number {
	return Math.min(fitted(room).scale, room.actual) / 2;
}

function bounded({ picture, window, slack }: Room, { scale, x, y }: Placement): Placement {
	return {
		scale,
		x: along(x, picture.width * scale, window.width, slack),
		y: along(y, picture.height * scale, window.height, slack),
	};
}

/** What has room stands in the middle; what is larger shows no gap beyond the slack. */
function along(at: number, length: number, room: number, slack: number): number {
	if (length + 2 * slack <= room) return (room - length) / 2;
	return Math.min(slack, Math.max(room - slack - length, at));
}
