/** One picture as it lies in a window that zooms: its thumbnail at once, its original once that is here and decoded. */

import { h, say, statusLine } from "./element.ts";
import { contained, sizeOf } from "./frame.ts";
import type { Pictures } from "./pictures.ts";
import type { Placement, Size } from "./placement.ts";
import { Signal } from "./signal.ts";
import { transformed } from "./zoom.ts";

/** How long the picture before stands while the next is decoded; then its thumbnail is better. */
const PATIENCE = 90;
/** From so many pixels of the screen a pixel on, the pixels themselves are looked at. */
const CLOSE = 3;

export class Pane {
	readonly element = h("div", { class: "pane" });
	/** Stands in the window, where the picture does not come. */
	readonly problem = statusLine("problem");
	/** The original is here, and on the page. */
	readonly loaded = new Signal();
	/** Once it is decoded. */
	original: HTMLImageElement | undefined;
	readonly #pictures: Pictures;
	#id = "";
	#url = "";
	#frame: Size = { width: 1, height: 1 };
	#waits: ReturnType<typeof setTimeout> | undefined;

	constructor(pictures: Pictures) {
		this.#pictures = pictures;
	}

	/** Turns to a picture, or to what has come of it since. */
	show(id: string, size: Size, alt: string): void {
		const isOther = size.width !== this.#frame.width || size.height !== this.#frame.height;
		this.element.style.width = `${size.width}px`;
		this.element.style.height = `${size.height}px`;
		this.#frame = size;
		if (isOther && this.original) this.#fit(this.original);
		if (id !== this.#id) this.#turn(id);
		const url = this.#pictures.original(id)?.url;
		say(this.problem, this.#pictures.missing(id, "original") ?? "");
		if (url && url !== this.#url) this.#load(id, url, alt);
		else if (!url) this.#preview(alt);
	}

	place(placement: Placement): void {
		this.element.style.transform = transformed(placement);
		const isClose = placement.scale * (globalThis.devicePixelRatio || 1) >= CLOSE;
		this.element.classList.toggle("close", isClose);
	}

	close(): void {
		clearTimeout(this.#waits);
		this.#id = "";
		this.element.replaceChildren();
	}

	#turn(id: string): void {
		this.#id = id;
		this.#url = "";
		this.original = undefined;
		clearTimeout(this.#waits);
	}

	async #load(id: string, url: string, alt: string): Promise<void> {
		this.#url = url;
		const image = h("img", { src: url, alt, draggable: "false" });
		clearTimeout(this.#waits);
		this.#waits = setTimeout(() => this.#preview(alt), PATIENCE);
		// One that cannot be decoded is shown as the broken one that it is.
		await image.decode?.().catch(() => {});
		if (id !== this.#id || url !== this.#url) return;
		clearTimeout(this.#waits);
		this.original = image;
		this.#fit(image);
		this.element.replaceChildren(image);
		this.loaded.emit();
	}

	/** The element is as large as what is seen of it, so that transparency ends where the picture does. */
	#fit(image: HTMLImageElement): void {
		const [x, y, width, height] = contained(sizeOf(image), this.#frame);
		Object.assign(image.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
	}

	#preview(alt: string): void {
		const src = this.#pictures.thumbnail(this.#id);
		const held = this.element.querySelector("img");
		if (held?.getAttribute("src") === src && src) return;
		this.element.replaceChildren(
			...(src ? [h("img", { class: "preview", src, alt, draggable: "false" })] : []),
		);
	}
}
