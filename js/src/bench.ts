/** Where pictures lie to be compared: a window each, all zoomed alike, or one in which they lie over each other. */

import { divider } from "./divider.ts";
import { h } from "./element.ts";
import { frameOf } from "./frame.ts";
import { t } from "./language.ts";
import { type Overlap, overlap } from "./overlap.ts";
import { Pane } from "./pane.ts";
import type { Pictures } from "./pictures.ts";
import type { Placement, Size } from "./placement.ts";
import { type Undo, undoing } from "./signal.ts";
import { Zoom } from "./zoom.ts";

export type Mode = "slider" | "beside" | "flicker" | "difference";

/** One picture, as far as it is known. */
export interface Compared {
	id: string;
	size: Size | undefined;
	prompt: string;
}

const UNKNOWN = { width: 1024, height: 1024 };

export class Bench {
	readonly element = h("div", { class: "sight" });
	readonly panes: Pane[];
	/** Into which all of them are fitted. */
	frame: Size = UNKNOWN;
	zoom: Zoom | undefined;
	readonly #layers: HTMLElement[];
	readonly #difference = h("div", { class: "pane" });
	readonly #zoomed: (placement: Placement) => void;
	#overlap: (Overlap & { pair: string }) | undefined;
	#undo: Undo = () => {};

	constructor(pictures: Pictures, count: number, zoomed: (placement: Placement) => void) {
		this.panes = Array.from({ length: count }, () => new Pane(pictures));
		this.#layers = this.panes.map(layer);
		this.#zoomed = zoomed;
	}

	/** What has come of the pictures so far. */
	paint(pictures: Compared[]): void {
		const sizes = pictures.map(({ size }) => size).filter((size) => size !== undefined);
		if (sizes.length > 0) this.frame = frameOf(sizes);
		for (const [place, { id, prompt }] of pictures.entries()) this.panes[place]?.show(id, this.frame, prompt);
		shape(this.#difference, this.frame);
		this.zoom?.resize(this.frame);
	}

	/** Turns to a mode; what is over each other stays as it is zoomed. */
	lay(mode: Mode): void {
		const { dataset } = this.element;
		const isBeside = mode === "beside";
		const stays = this.zoom && (dataset.mode === "beside") === isBeside;
		dataset.mode = mode;
		if (!stays) this.#put(isBeside);
	}

	/** Those that are seen; of two over each other the first is on the left. `chosen` is marked where all are seen. */
	mark(seen: number[], chosen: number): void {
		for (const [place, { classList }] of this.#layers.entries()) {
			classList.toggle("seen", seen.includes(place));
			classList.toggle("first", place === seen[0]);
			classList.toggle("chosen", place === chosen);
		}
	}

	/** Draws how two of them differ, and tells how much; undefined until both are here. Measured once a pair. */
	differ(pair: [number, number], gain: number): number | undefined {
		const [one, other] = pair.map((place) => this.panes[place]?.original);
		if (this.#overlap?.pair !== pair.join()) this.#overlap = undefined;
		if (!this.#overlap && one && other) this.#overlap = { ...overlap(one, other), pair: pair.join() };
		this.#difference.replaceChildren(...(this.#overlap ? [this.#overlap.canvas] : []));
		this.#difference.style.filter = `brightness(${gain})`;
		return this.#overlap?.share;
	}

	focus(): void {
		this.element.querySelector<HTMLElement>(".window")?.focus();
	}

	close(): void {
		this.#undo();
		for (const pane of this.panes) pane.close();
	}

	#put(isBeside: boolean): void {
		this.#undo();
		const { keep, undo } = undoing();
		this.#undo = undo;
		const windows = isBeside ? this.#layers.map((each) => pictureWindow([each])) : [this.#stack()];
		this.element.replaceChildren(...windows);
		this.element.dataset.windows = String(windows.length);
		const claims = ({ target }: MouseEvent) => (target as Element).closest(".divider") !== null;
		const show = (placement: Placement) => this.#place(placement);
		this.zoom = new Zoom({ windows, size: this.frame, show, claims: isBeside ? undefined : claims }, keep);
		windows[0]?.focus();
	}

	#stack(): HTMLElement {
		const window = pictureWindow([...this.#layers, h("div", { class: "layer drawn" }, this.#difference)]);
		window.append(divider(window));
		return window;
	}

	#place(placement: Placement): void {
		for (const pane of this.panes) pane.place(placement);
		this.#difference.style.transform = this.panes[0]?.element.style.transform ?? "";
		this.#zoomed(placement);
	}
}

function layer(pane: Pane, place: number): HTMLElement {
	const number = h("b", { class: "number" }, String(place + 1));
	return h("div", { class: "layer" }, pane.element, pane.problem, number);
}

function pictureWindow(layers: HTMLElement[]): HTMLElement {
	return h("div", { class: "window", tabindex: 0, role: "group", "aria-label": t("Pictures") }, ...layers);
}

function shape({ style }: HTMLElement, { width, height }: Size): void {
	style.width = `${width}px`;
	style.height = `${height}px`;
}
