/** All pictures of the session that fit the filter, as a listbox: what keys, mouse and touch select there. */

import type { Band } from "./band.ts";
import { curating } from "./curate.ts";
import { same } from "./draft.ts";
import { DRAGGED } from "./dragged.ts";
import { h, icon, on } from "./element.ts";
import { t } from "./language.ts";
import { look, looking } from "./looking.ts";
import { all, joined, moved, NOTHING, only, ranged, type Selection, toggled } from "./selection.ts";
import { Shelf } from "./shelf.ts";
import type { View } from "./studio.ts";

const LONG_PRESS = 450;

/** `toggle` switches between strip and grid. */
export function strip(view: View): { element: HTMLElement; toggle: HTMLElement } {
	const body = h("div", { role: "none" });
	const element = h(
		"div",
		{
			class: "strip",
			role: "listbox",
			"aria-label": t("Images"),
			"aria-multiselectable": "true",
			tabindex: -1,
			hidden: true,
		},
		body,
	);
	const toggle = h(
		"button",
		{ class: "button quiet toggle", title: t("Grid (G)"), "aria-label": t("Grid") },
		icon("grid"),
	);
	new Strip(view, element, body, toggle);
	return { element, toggle };
}

/** Where a key goes on to, once what stands there is known. */
interface Way {
	place: number;
	extend: boolean;
	onlyMove: boolean;
}

class Strip {
	readonly #view: View;
	readonly #list: HTMLElement;
	readonly #shelf: Shelf;
	readonly #toggle: HTMLElement;
	#selection: Selection = NOTHING;
	#way: Way | undefined;
	#banding = false;
	/** By touch: each tap selects one more. */
	#picking = false;
	/** A picture that is about to be deleted, and the one to go on to when it is gone. */
	#leaving: { left: string[]; next: string | undefined; selected: boolean; place: number } | undefined;
	/** What was deleted last, for when it comes back. */
	#gone: string[] = [];

	constructor(view: View, list: HTMLElement, body: HTMLElement, toggle: HTMLElement) {
		this.#view = view;
		this.#list = list;
		this.#toggle = toggle;
		this.#shelf = new Shelf(
			view,
			list,
			body,
			() => this.#selection.active,
			() => this.#mark(),
		);
		this.#listen();
		this.#render();
		this.#adopt();
	}

	#listen(): void {
		const { pictures, draft, keep } = this.#view;
		keep(pictures.listed.on(() => this.#render()));
		keep(draft.changed.on((name) => name === "selected" && this.#adopt()));
		keep(this.#view.leaving.on((ids) => this.#leave(ids)));
		on(this.#toggle, "click", () => this.#turn());
		on(this.#list, "click", (event) => this.#click(event));
		on(this.#list, "dblclick", (event) => {
			const id = idAt(event);
			if (id !== undefined) look(this.#view, id);
		});
		on(this.#list, "keydown", (event) => this.#key(event));
		on(this.#list, "focus", () => this.#focusActive());
		on(this.#list, "contextmenu", (event) => this.#menu(event));
		on(this.#list, "dragstart", (event) => this.#drag(event));
		this.#listenToTouch();
	}

	#render(): void {
		this.#shelf.render();
		this.#letBand();
		this.#moveOn();
		this.#comeBack();
		this.#goOn();
	}

	#turn(): void {
		this.#shelf.turn();
		this.#letBand();
	}

	#mark(): void {
		const selected = new Set(this.#selection.ids);
		const { stop, isGrid, options } = this.#shelf;
		this.#toggle.setAttribute("aria-pressed", String(isGrid));
		for (const [id, option] of options) {
			option.setAttribute("aria-selected", String(selected.has(id)));
			option.tabIndex = id === stop ? 0 : -1;
			// In the grid a drag draws a rectangle, unless it begins on what is selected.
			option.draggable = !isGrid || selected.has(id);
		}
	}

	// What is selected.

	#adopt(): void {
		const ids = this.#view.draft.get("selected");
		// Our own change comes back here, and knows better where the keyboard is.
		if (same(ids, this.#selection.ids)) {
			this.#mark();
			return;
		}
		const active = ids.at(-1) ?? this.#selection.active;
		this.#selection = { ids, anchor: this.#selection.anchor ?? active, active };
		this.#picking &&= ids.length > 0;
		this.#shelf.reveal(this.#place);
		this.#shelf.draw();
	}

	get #place(): number {
		return this.#view.pictures.place(this.#selection.active ?? "");
	}

	#select(selection: Selection): void {
		this.#selection = selection;
		this.#view.draft.edit({ selected: selection.ids });
		this.#view.chosen.emit();
		this.#focusActive();
	}

	#focusActive(): void {
		this.#shelf.reveal(this.#place);
		this.#shelf.draw();
		this.#shelf.focus();
	}

	#click(event: PointerEvent): void {
		const id = idAt(event);
		if (id === undefined) return;
		if (event.shiftKey) this.#stretch(id);
		else if (event.ctrlKey || event.metaKey || this.#picking) this.#select(toggled(this.#selection, id));
		else this.#select(only(id));
		this.#picking &&= this.#selection.ids.length > 0;
	}

	/** From where the range began to this one, by way of what was not asked for yet. */
	#stretch(id: string): void {
		const { pictures } = this.#view;
		const anchor = this.#selection.anchor ?? this.#selection.active ?? id;
		const [from, to] = [pictures.place(anchor), pictures.place(id)];
		const take = (between: string[]) => this.#select(ranged(between, anchor, id));
		if (from < 0) this.#select(only(id));
		else pictures.name(Math.min(from, to), Math.max(from, to) + 1, take);
	}

	#all(): void {
		const { pictures } = this.#view;
		pictures.name(0, pictures.total, (ids) => this.#select(all(ids, this.#selection)));
	}

	#key(event: KeyboardEvent): void {
		const act = event.altKey ? undefined : this.#action(event);
		if (!act) return;
		event.preventDefault();
		act();
	}

	#action(event: KeyboardEvent): (() => void) | undefined {
		const command = event.ctrlKey || event.metaKey;
		const key = event.key.toLowerCase();
		const steps = this.#steps(event.key);
		if (steps !== undefined) return () => this.#step(steps, event.shiftKey, command);
		if (key === "escape") return () => this.#select({ ...this.#selection, ids: [] });
		if (key === "a" && command && !event.shiftKey) return () => this.#all();
		if (key === "g" && !command && !event.shiftKey) return () => this.#turn();
		const { active } = this.#selection;
		const id = idAt(event) ?? active ?? undefined;
		const act = looking(this.#view, event, id) ?? curating(this.#view, event, id);
		if (act) return act;
		if (key === " " && active !== null) {
			return () => this.#select(command ? toggled(this.#selection, active) : only(active));
		}
		return undefined;
	}

	#steps(key: string): number | undefined {
		const { plan, extent, isGrid, isRightToLeft } = this.#shelf;
		const { columns, step, count } = plan;
		const next = isRightToLeft ? -1 : 1;
		const page = Math.max(1, Math.floor(extent / step)) * columns;
		const lines = isGrid ? { ArrowUp: -columns, ArrowDown: columns } : {};
		const steps: Record<string, number> = {
			ArrowLeft: -next,
			ArrowRight: next,
			Home: -count,
			End: count,
			PageUp: -page,
			PageDown: page,
			...lines,
		};
		return steps[key];
	}

	#step(steps: number, extend: boolean, onlyMove: boolean): void {
		const place = moved(this.#place, steps, this.#view.pictures.total);
		this.#way = { place, extend, onlyMove };
		this.#shelf.reveal(place);
		this.#goOn();
	}

	#goOn(): void {
		if (!this.#way) return;
		const { place, extend, onlyMove } = this.#way;
		const id = this.#view.pictures.at(place)?.id;
		if (id === undefined) {
			this.#view.pictures.look(place, place + 1);
			return;
		}
		this.#way = undefined;
		if (extend) this.#stretch(id);
		else if (onlyMove) this.#select({ ...this.#selection, active: id });
		else this.#select(only(id));
	}

	// What is about to be deleted.

	/** The one beside them is the next to look at. */
	#leave(ids: string[]): void {
		const { pictures } = this.#view;
		const left = new Set(ids);
		const stays = (from: number, step: number) => {
			for (let at = from; at >= 0 && at < pictures.total; at += step) {
				const id = pictures.at(at)?.id;
				if (id !== undefined && !left.has(id)) return id;
			}
			return undefined;
		};
		const last = Math.max(...ids.map((id) => pictures.place(id)));
		const next = stays(last + 1, 1) ?? stays(last, -1);
		const selected = this.#selection.ids.some((id) => left.has(id));
		this.#leaving = { left: ids, next, selected, place: Math.max(0, last + 1 - ids.length) };
	}

	#moveOn(): void {
		const { pictures } = this.#view;
		if (!this.#leaving || pictures.place(this.#leaving.left[0] ?? "") >= 0) return;
		const { left, next, selected, place } = this.#leaving;
		// A count may come before the pictures that it counts.
		if (next && pictures.place(next) < 0 && !pictures.at(Math.min(place, pictures.total - 1))) return;
		this.#leaving = undefined;
		this.#gone = left;
		if (next) this.#turnTo(selected ? only(next) : { ...this.#selection, active: next }, ".strip *");
	}

	/** What is back from the trash is what one goes on with: the press that brought it has gone, and its focus. */
	#comeBack(): void {
		const back = this.#gone.filter((id) => this.#view.pictures.place(id) >= 0);
		if (this.#leaving || !back.length) return;
		this.#gone = [];
		this.#turnTo({ ...joined(NOTHING, back), active: back.at(-1) as string }, ".strip *, .deleted *");
	}

	/** The focus goes along from one of these, or where a host took it that has all of the studio within. */
	#turnTo(selection: Selection, from: string): void {
		const held = (this.#list.getRootNode() as Document).activeElement ?? document.activeElement;
		this.#selection = selection;
		this.#view.draft.edit({ selected: selection.ids });
		if (held === document.body || held?.contains(this.#list) || held?.matches(from)) this.#focusActive();
		else this.#shelf.draw();
	}

	// By mouse and by touch.

	#menu(event: PointerEvent): void {
		const id = idAt(event);
		if (id === undefined || this.#picking) return;
		event.preventDefault();
		if (!this.#selection.ids.includes(id)) this.#select(only(id));
		// A key that opens it tells no place.
		this.#view.menu.emit({ id, at: event.button === 2 ? event : (event.target as Element) });
	}

	#drag(event: DragEvent): void {
		const id = idAt(event);
		// What a rectangle touches is selected, and what is selected can be dragged.
		if (id === undefined || this.#shelf.body.querySelector(".band")) {
			event.preventDefault();
			return;
		}
		const { ids } = this.#selection;
		event.dataTransfer?.setData(DRAGGED, (ids.includes(id) ? ids : [id]).join("\n"));
		const image = this.#shelf.option(id)?.querySelector("img");
		if (image) event.dataTransfer?.setDragImage(image, 24, 24);
	}

	/** The code for it comes with the first grid. */
	#letBand(): void {
		if (this.#banding || !this.#shelf.isGrid) return;
		this.#banding = true;
		const { later } = this.#view;
		later.load().then(({ banding }) => banding(this.#list, this.#shelf.body, this.#band()));
	}

	#band(): Band {
		let before: Selection = NOTHING;
		return {
			plan: () => this.#shelf.plan,
			begins: (event) => {
				before = event.shiftKey || event.ctrlKey || event.metaKey ? this.#selection : NOTHING;
				return this.#shelf.isGrid && !this.#selection.ids.includes(idAt(event) ?? "");
			},
			grow: (places) => {
				const found = places.map((place) => this.#view.pictures.at(place)?.id);
				const ids = found.filter((id) => id !== undefined);
				this.#selection = { ...joined(before, ids), active: ids.at(-1) ?? before.active };
				this.#mark();
			},
			end: () => this.#select(this.#selection),
		};
	}

	#listenToTouch(): void {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const stop = () => clearTimeout(timer);
		on(this.#list, "pointerdown", (event) => {
			const id = idAt(event);
			stop();
			if (event.pointerType !== "touch" || id === undefined || this.#picking) return;
			timer = setTimeout(() => {
				this.#picking = true;
				this.#select(this.#selection.ids.includes(id) ? this.#selection : toggled(this.#selection, id));
				// The tap that this ends with would take it out again.
				on(this.#list, "click", (tap) => tap.stopImmediatePropagation(), {
					capture: true,
					once: true,
				});
			}, LONG_PRESS);
		});
		for (const name of ["pointerup", "pointercancel", "scroll"] as const) on(this.#list, name, stop);
		this.#view.keep(stop);
	}
}

function idAt({ target }: Event): string | undefined {
	return (target as Element).closest<HTMLElement>("[role=option]")?.dataset.id;
}
