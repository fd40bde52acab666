/** All pictures of the session, newest first, as a listbox: pages and thumbnails come as one looks at them. */

import { curating } from "./curate.ts";
import { same } from "./draft.ts";
import { h, icon, say } from "./element.ts";
import type { Entry } from "./protocol.ts";
import { all, moved, NOTHING, only, ranged, type Selection, toggled } from "./selection.ts";
import type { View } from "./studio.ts";
import { short } from "./wording.ts";

/** How far beyond what is visible thumbnails are asked for. */
const AHEAD = "240px";

export function strip(view: View): HTMLElement {
	const list = h("div", {
		class: "strip",
		role: "listbox",
		"aria-label": "Images",
		"aria-multiselectable": "true",
		"aria-orientation": "horizontal",
		tabindex: -1,
		hidden: true,
	});
	new Strip(view, list);
	return list;
}

class Strip {
	readonly #view: View;
	readonly #list: HTMLElement;
	readonly #options = new Map<string, HTMLElement>();
	readonly #sentinel = h("span", { class: "sentinel", "aria-hidden": "true" });
	readonly #seen: IntersectionObserver | undefined;
	#selection: Selection = NOTHING;
	/** A picture that is about to be deleted, and the one to go on to when it is gone. */
	#leaving: { left: string; next: string; selected: boolean } | undefined;

	constructor(view: View, list: HTMLElement) {
		this.#view = view;
		this.#list = list;
		this.#seen = this.#observer();
		list.append(this.#sentinel);
		this.#seen?.observe(this.#sentinel);
		this.#listen();
		this.#render();
		this.#adopt();
	}

	#listen(): void {
		const { pictures, draft, keep } = this.#view;
		keep(pictures.listed.on(() => this.#render()));
		keep(pictures.came.on((id) => this.#paint(id)));
		keep(draft.changed.on((name) => name === "selected" && this.#adopt()));
		keep(this.#view.leaving.on((ids) => this.#leave(ids)));
		this.#list.addEventListener("click", (event) => this.#click(event));
		this.#list.addEventListener("keydown", (event) => this.#key(event));
		this.#list.addEventListener("focus", () => this.#focusActive());
	}

	#observer(): IntersectionObserver | undefined {
		if (typeof IntersectionObserver === "undefined") return undefined;
		const seen = new IntersectionObserver((entries) => this.#look(entries), {
			root: this.#list,
			rootMargin: AHEAD,
		});
		this.#view.keep(() => seen.disconnect());
		return seen;
	}

	#look(entries: IntersectionObserverEntry[]): void {
		for (const { isIntersecting, target } of entries) {
			if (!isIntersecting) continue;
			if (target === this.#sentinel) this.#view.pictures.more();
			else this.#want(target as HTMLElement);
		}
	}

	#want(option: HTMLElement): void {
		const { id } = option.dataset;
		if (!id) return;
		this.#seen?.unobserve(option);
		option.dataset.wanted = "";
		this.#paint(id);
	}

	get #order(): string[] {
		return this.#view.pictures.entries.map(({ id }) => id);
	}

	/** Options are kept and moved, never made anew, so that focus and scroll position stay. */
	#render(): void {
		const { activeElement } = this.#list.getRootNode() as Document;
		const hadFocus = this.#list.contains(activeElement);
		const { entries, total } = this.#view.pictures;
		const alive = new Set(this.#order);
		for (const [id, option] of this.#options) if (!alive.has(id)) this.#discard(id, option);
		let before: Element | null = this.#list.firstElementChild;
		for (const [index, entry] of entries.entries()) {
			const option = this.#options.get(entry.id) ?? this.#make(entry);
			if (option === before) before = before.nextElementSibling;
			else this.#list.insertBefore(option, before);
			describe(option, entry, index, total);
		}
		this.#list.hidden = entries.length === 0;
		this.#moveOn(hadFocus);
		this.#mark();
		this.#lookAgain();
	}

	#make(entry: Entry): HTMLElement {
		const option = h("div", { class: "thumbnail", role: "option", "data-id": entry.id, tabindex: -1 });
		option.append(
			icon("picture"),
			h("img", { alt: "", decoding: "async", draggable: "false", hidden: true }),
			h("span", { class: "marks", hidden: true }, icon("star"), h("b")),
		);
		this.#options.set(entry.id, option);
		if (this.#seen) this.#seen.observe(option);
		else this.#want(option);
		return option;
	}

	#discard(id: string, option: HTMLElement): void {
		this.#seen?.unobserve(option);
		this.#options.delete(id);
		option.remove();
	}

	/** The observer tells of crossings only: a sentinel that is still in sight after a page is asked again. */
	#lookAgain(): void {
		this.#seen?.unobserve(this.#sentinel);
		this.#seen?.observe(this.#sentinel);
	}

	#paint(id: string): void {
		const option = this.#options.get(id);
		if (option?.dataset.wanted === undefined) return;
		const { pictures } = this.#view;
		const url = pictures.thumbnail(id);
		const missing = pictures.missing(id, "thumbnail");
		option.classList.toggle("missing", missing !== undefined);
		option.title = missing ?? option.getAttribute("aria-label") ?? "";
		const image = option.querySelector("img") as HTMLImageElement;
		if (!url || image.src === url) return;
		image.src = url;
		image.hidden = false;
	}

	#adopt(): void {
		const ids = this.#view.draft.get("selected");
		// Our own change comes back here, and knows better where the keyboard is.
		if (same(ids, this.#selection.ids)) {
			this.#mark();
			return;
		}
		const active = ids.at(-1) ?? this.#selection.active;
		this.#selection = { ids, anchor: this.#selection.anchor ?? active, active };
		this.#mark();
	}

	#select(selection: Selection): void {
		this.#selection = selection;
		this.#view.draft.edit({ selected: selection.ids });
		this.#view.chosen.emit();
		this.#mark();
		this.#focusActive();
	}

	#mark(): void {
		const { ids, active } = this.#selection;
		const selected = new Set(ids);
		const stop = active !== null && this.#options.has(active) ? active : this.#order[0];
		for (const [id, option] of this.#options) {
			option.setAttribute("aria-selected", String(selected.has(id)));
			// One stop for Tab; the arrows go on from there.
			option.tabIndex = id === stop ? 0 : -1;
		}
	}

	#focusActive(): void {
		const option = this.#options.get(this.#selection.active ?? this.#order[0] ?? "");
		option?.focus({ preventScroll: true });
		if (option) reveal(this.#list, option);
	}

	#click(event: MouseEvent): void {
		const id = (event.target as Element).closest<HTMLElement>("[role=option]")?.dataset.id;
		if (id === undefined) return;
		if (event.shiftKey) this.#select(ranged(this.#order, this.#selection, id));
		else if (event.ctrlKey || event.metaKey) this.#select(toggled(this.#selection, id));
		else this.#select(only(id));
	}

	#key(event: KeyboardEvent): void {
		const act = event.altKey ? undefined : this.#action(event);
		if (!act) return;
		event.preventDefault();
		act();
	}

	#action(event: KeyboardEvent): (() => void) | undefined {
		const command = event.ctrlKey || event.metaKey;
		const steps = this.#steps(event.key);
		if (steps !== undefined) return () => this.#step(steps, event.shiftKey, command);
		if (event.key === "Escape") return () => this.#select({ ...this.#selection, ids: [] });
		if (event.key.toLowerCase() === "a" && command && !event.shiftKey) {
			return () => this.#select(all(this.#order, this.#selection));
		}
		const { active } = this.#selection;
		const focused = (event.target as Element).closest<HTMLElement>("[role=option]")?.dataset.id;
		const curate = curating(this.#view, event, focused ?? active ?? undefined);
		if (curate) return curate;
		if (event.key === " " && active !== null) {
			return () => this.#select(command ? toggled(this.#selection, active) : only(active));
		}
		return undefined;
	}

	/** The one beside them is the next to look at. */
	#leave(ids: string[]): void {
		const order = this.#order;
		const last = Math.max(...ids.map((id) => order.indexOf(id)));
		const stays = (id: string) => !ids.includes(id);
		const next = order.slice(last + 1).find(stays) ?? order.slice(0, Math.max(0, last)).findLast(stays);
		const selected = ids.some((id) => this.#selection.ids.includes(id));
		if (ids[0] && next) this.#leaving = { left: ids[0], next, selected };
	}

	#moveOn(hadFocus: boolean): void {
		if (!this.#leaving || this.#options.has(this.#leaving.left)) return;
		const { next, selected } = this.#leaving;
		this.#leaving = undefined;
		this.#selection = selected ? only(next) : { ...this.#selection, active: next };
		this.#view.draft.edit({ selected: this.#selection.ids });
		this.#mark();
		if (hadFocus) this.#focusActive();
	}

	#steps(key: string): number | undefined {
		const row = columns(this.#list);
		const far = this.#options.size;
		return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: -far, End: far }[key];
	}

	#step(steps: number, extend: boolean, onlyMove: boolean): void {
		const id = moved(this.#order, this.#selection, steps);
		if (id === undefined) return;
		if (extend) this.#select(ranged(this.#order, this.#selection, id));
		else if (onlyMove) this.#select({ ...this.#selection, active: id });
		else this.#select(only(id));
	}
}

function describe(option: HTMLElement, entry: Entry, index: number, total: number): void {
	const { prompt, starred, rating } = entry;
	const told = `${starred ? ", starred" : ""}${rating ? `, rated ${rating}` : ""}`;
	const name = `${short(String(prompt), 80) || "Picture"}, ${index + 1} of ${total}${told}`;
	if (option.getAttribute("aria-label") === name) return;
	option.setAttribute("aria-label", name);
	option.setAttribute("aria-posinset", String(index + 1));
	option.setAttribute("aria-setsize", String(total));
	option.title = name;
	const marks = option.querySelector(".marks") as HTMLElement;
	marks.hidden = told === "";
	marks.classList.toggle("starred", starred);
	say(marks.querySelector("b") as Element, rating ? String(rating) : "");
}

/** How many stand in a row, for the keys that go up and down. */
function columns(list: HTMLElement): number {
	const options = [...list.children] as HTMLElement[];
	const top = options[0]?.offsetTop;
	const below = options.findIndex((option) => option.offsetTop !== top);
	return Math.max(1, below < 0 ? options.length : below);
}

/** `scrollIntoView` would scroll the whole notebook as well. */
function reveal(list: HTMLElement, option: HTMLElement): void {
	const outer = list.getBoundingClientRect();
	const inner = option.getBoundingClientRect();
	if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top + 6;
	else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom + 6;
}
