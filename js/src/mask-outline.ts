/** Lines over the picture that are not painted: the brush's ring, a shape that is being drawn, the place of the keys. */

import type { Dab } from "./mask-shapes.ts";
import type { Point, Size } from "./placement.ts";

const SVG = "http://www.w3.org/2000/svg";
const CROSS = 10;

export interface Outline {
	element: SVGSVGElement;
	/** The ring or the cross, as a path; "" for none. */
	tip(path: string): void;
	/** A shape, as a path; "" for none. */
	shape(path: string): void;
	/** So many pixels of the screen are one of the picture. */
	scale(scale: number): void;
}

export function outline({ width, height }: Size): Outline {
	const element = document.createElementNS(SVG, "svg");
	// Dark below light, so that it is seen on any picture.
	const lines = [0, 1].map(() => element.appendChild(document.createElementNS(SVG, "path")));
	element.setAttribute("viewBox", `0 0 ${width} ${height}`);
	element.setAttribute("aria-hidden", "true");
	const paths = { tip: "", shape: "" };
	const draw = (name: keyof typeof paths, path: string) => {
		paths[name] = path;
		for (const line of lines) line.setAttribute("d", paths.tip + paths.shape);
	};
	return {
		element,
		tip: (path) => draw("tip", path),
		shape: (path) => draw("shape", path),
		scale: (scale) => element.style.setProperty("--pixel", String(1 / scale)),
	};
}

export function ring({ x, y, size }: Dab): string {
	const half = size / 2;
	return `M${x - half} ${y}a${half} ${half} 0 1 0 ${size} 0a${half} ${half} 0 1 0 ${-size} 0`;
}

export function cross({ x, y }: Point, scale: number): string {
	const arm = CROSS / scale;
	return `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}`;
}

export function frame(one: Point, other: Point): string {
	return `M${one.x} ${one.y}H${other.x}V${other.y}H${one.x}Z`;
}

export function line(points: Point[]): string {
	return `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`;
}
