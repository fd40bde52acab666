/**
 * Puts into the page what is in sight of the list, each picture at its place, in one line or as a grid, and asks
 * for what is not known of it. Knows nothing of what is selected.
 */

import { on } from "./element.ts";
import type { View } from "./studio.ts";
import { describe, makeOption, paint } from "./thumbnail.ts";
import { inSight, type Plan, plan, position, revealing } from "./windowing.ts";

/** A scroll that passes half of what is in sight at once looks at nothing on its way. */
const FAST = 0.5;
const REST = 90;
const USUAL_CELL = 92;
const GRID = "nbimagegen-grid";

export class Shelf {
	readonly list: HTMLElement;
	readonly body: HTMLElement;
	readonly options = new Map<string, HTMLElement>();
	isGrid = remembered();
	plan: Plan = plan(false, 0, USUAL_CELL, 0);
	readonly #view: View;
	/** Where the keyboard is: this stays in the page, wherever one looks. */
	readonly #active: () => string | null;
	/** Options were made or taken away. */
	readonly #changed: () => void;
	#scroll = 0;
	#frame = 0;
	#drawn = 0;
	#rest: ReturnType<typeof setTimeout> | undefined;
	/** What one looks at, which what arrives in front is not to move. */
	#first: { id: string; along: number } | undefined;

	constructor(
		view: View,
		list: HTMLElement,
		body: HTMLElement,
		active: () => string | null,
		changed: () => void,
	) {
		this.#view = view;
		this.list = list;
		this.body = body;
		this.#active = active;
		this.#changed = changed;
		this.#listen();
	}

	#listen(): void {
		const { pictures, keep } = this.#view;
		const resized = new ResizeObserver(() => this.render());
		resized.observe(this.list);
		on(this.list, "scroll", () => this.#scrolled());
		keep(pictures.came.on((id) => this.#paint(id)));
		keep(() => {
			resized.disconnect();
			cancelAnimationFrame(this.#frame);
			clearTimeout(this.#rest);
		});
	}

	/** Between strip and grid; what the keyboard is on stays in sight. */
	turn(): void {
		this.isGrid = !this.isGrid;
		remember(this.isGrid);
		this.#first = undefined;
		this.render();
		this.#scrollTo(0);
		this.reveal(Math.max(0, this.#place));
		this.draw();
	}

	render(): void {
		const { total } = this.#view.pictures;
		const { style } = this.body;
		this.list.hidden = total === 0;
		this.list.classList.toggle("grid", this.isGrid);
		this.list.setAttribute("aria-orientation", this.isGrid ? "vertical" : "horizontal");
		const edge = Number.parseFloat(getComputedStyle(this.list).getPropertyValue("--cell"));
		this.plan = plan(this.isGrid, this.body.clientWidth, edge || USUAL_CELL, total);
		const length = `${Math.max(0, this.plan.length)}px`;
		style.blockSize = this.isGrid ? length : `${this.plan.cell}px`;
		style.inlineSize = this.isGrid ? "" : length;
		style.setProperty("--size", `${this.plan.cell}px`);
		this.#stay();
		this.draw();
	}

	/** How much of the list is in sight, along the way one scrolls. */
	get extent(): number {
		return this.isGrid ? this.list.clientHeight : this.list.clientWidth;
	}

	get isRightToLeft(): boolean {
		return getComputedStyle(this.list).direction === "rtl";
	}

	/** `scrollIntoView` would scroll the whole notebook as well. */
	reveal(place: number): void {
		if (place >= 0) this.#scrollTo(revealing(this.plan, place, this.#scrolledTo, this.extent));
	}

	option(id: string | undefined | null): HTMLElement | undefined {
		return this.options.get(id ?? "");
	}

	/** One stop for Tab; the arrows go on from there. */
	get stop(): string | undefined {
		const active = this.#active();
		if (active !== null && this.options.has(active)) return active;
		return this.options.keys().next().value;
	}

	/** Options that stay are not made anew, so that what has the focus keeps it. */
	draw(): void {
		const { pictures } = this.#view;
		const scroll = this.#scrolledTo;
		const isFast = this.extent > 0 && Math.abs(scroll - this.#scroll) > this.extent * FAST;
		this.#scroll = scroll;
		clearTimeout(this.#rest);
		if (isFast) this.#rest = setTimeout(() => this.draw(), this.#untilRest);
		const [from, to] = inSight(this.plan, scroll, this.extent, !isFast);
		this.#put(this.#places(from, to), !isFast);
		this.#noteFirst(scroll);
		if (!isFast) pictures.look(from, to);
	}

	/** On a page that is slow, one frame does not come soon after another. */
	get #untilRest(): number {
		const before = this.#drawn;
		this.#drawn = performance.now();
		return Math.max(REST, 2 * Math.min(this.#drawn - before, 5 * REST));
	}

	get #place(): number {
		return this.#view.pictures.place(this.#active() ?? "");
	}

	/** Right to left, a page counts a scroll below zero. */
	get #scrolledTo(): number {
		return this.isGrid ? this.list.scrollTop : Math.abs(this.list.scrollLeft);
	}

	#scrollTo(scroll: number): void {
		if (this.isGrid) this.list.scrollTop = scroll;
		else this.list.scrollLeft = this.isRightToLeft ? -scroll : scroll;
		this.#scroll = scroll;
	}

	#scrolled(): void {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.draw();
		});
	}

	#stay(): void {
		const { id = "", along = 0 } = this.#first ?? {};
		const place = this.#view.pictures.place(id);
		const scroll = this.#scrolledTo;
		if (place < 0 || scroll === 0) return;
		const moved = position(this.plan, place)[0] - along;
		if (moved !== 0) this.#scrollTo(scroll + moved);
	}

	#noteFirst(scroll: number): void {
		const place = Math.ceil(scroll / this.plan.step) * this.plan.columns;
		const id = this.#view.pictures.at(place)?.id;
		this.#first = id === undefined ? undefined : { id, along: position(this.plan, place)[0] };
	}

	#places(from: number, to: number): number[] {
		const places = Array.from({ length: to - from }, (_, at) => from + at);
		const active = this.#place;
		if (active >= to) places.push(active);
		else if (active >= 0 && active < from) places.unshift(active);
		return places;
	}

	#put(places: number[], ask: boolean): void {
		const { pictures } = this.#view;
		const { activeElement } = this.list.getRootNode() as Document;
		const hadFocus = this.body.contains(activeElement);
		const ids = places.map((place) => pictures.at(place)?.id);
		const keys = ids.map((id, at) => id ?? `#${places[at]}`);
		this.#drop(new Set(keys));
		let before: Element | null = this.body.firstElementChild;
		for (const [at, key] of keys.entries()) {
			const option = this.options.get(key) ?? makeOption(ids[at]);
			this.options.set(key, option);
			if (option === before) before = before.nextElementSibling;
			else this.body.insertBefore(option, before);
			this.#stand(option, places[at] as number);
			// What passes by has no time to be read.
			if (ask) describe(option, pictures.at(places[at] as number), places[at] as number, this.plan.count);
			if (ids[at]) paint(option, pictures, ids[at], ask);
		}
		this.#changed();
		// What had it is gone: the keyboard stays in the list.
		if (hadFocus && !this.body.contains(activeElement)) this.focus();
	}

	focus(): void {
		this.option(this.stop)?.focus({ preventScroll: true });
	}

	#drop(alive: Set<string>): void {
		for (const [key, option] of this.options) {
			if (alive.has(key)) continue;
			this.options.delete(key);
			option.remove();
		}
	}

	#stand(option: HTMLElement, place: number): void {
		const [along, across] = position(this.plan, place);
		const { style } = option;
		style.insetBlockStart = `${this.isGrid ? along : 0}px`;
		style.insetInlineStart = `${this.isGrid ? across : along}px`;
	}

	#paint(id: string): void {
		const option = this.options.get(id);
		if (option) paint(option, this.#view.pictures, id, false);
	}
}

/** For as long as the page stays open; where it may keep nothing, not at all. */
function remembered(): boolean {
	try {
		return sessionStorage.getItem(GRID) === "1";
	} catch {
		return false;
	}
}

function remember(isGrid: boolean): void {
	try {
		sessionStorage.setItem(GRID, isGrid ? "1" : "0");
	} catch {
		// A frame without storage: the next page begins with the strip.
	}
}
