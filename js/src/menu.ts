/** A menu over the page: arrows, Home, End and letters go through it, Escape closes it, and so does any press beside it. */

import { h, on } from "./element.ts";

export interface Item {
	words: string;
	/** The key that does the same without the menu. */
	keys?: string;
	/** What is to be known before, such as what it costs. */
	note?: string;
	/** Why it cannot be done, as a sentence; empty where it can. */
	why?: string;
	act: () => void;
}

/** Where it opens: below an element, or where the pointer is. */
export type Place = Element | MouseEvent;

/** Items in groups; what comes back closes it. The focus goes back to where it was. */
export function openMenu(root: HTMLElement, label: string, groups: Item[][], place: Place): () => void {
	const before = (root.getRootNode() as Document).activeElement as HTMLElement | null;
	const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual" });
	let isOpen = true;
	// Taking it away takes the focus away, which would take it away.
	const leave = () => {
		if (!isOpen) return;
		isOpen = false;
		menu.remove();
	};
	const close = () => {
		leave();
		before?.focus({ preventScroll: true });
	};
	const rows = groups.map((items) => h("div", { role: "group" }, ...items.map((item) => row(item, close))));
	menu.append(...rows);
	on(menu, "keydown", (event) => key(event, menu, close));
	on(menu, "contextmenu", (event) => event.preventDefault());
	on(menu, "focusout", ({ relatedTarget }) => menu.contains(relatedTarget as Node) || leave());
	root.append(menu);
	menu.showPopover?.();
	put(menu, place);
	items(menu)[0]?.focus({ preventScroll: true });
	return close;
}

function row({ words, keys, note, why, act }: Item, close: () => void): HTMLElement {
	const button = h(
		"button",
		{ role: "menuitem", tabindex: -1, title: why, "aria-disabled": why ? "true" : null },
		h("span", {}, words, note ? h("small", {}, note) : null),
		keys ? h("kbd", { "aria-hidden": "true" }, keys) : null,
	);
	if (keys) button.setAttribute("aria-keyshortcuts", keys);
	on(button, "pointerenter", () => button.focus({ preventScroll: true }));
	on(button, "click", () => {
		if (why) return;
		close();
		act();
	});
	return button;
}

function items(menu: Element): HTMLElement[] {
	return [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
}

function key(event: KeyboardEvent, menu: HTMLElement, close: () => void): void {
	const all = items(menu);
	const at = all.indexOf(event.target as HTMLElement);
	const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
	const to = steps[event.key];
	const begins = (each: HTMLElement) => each.textContent?.toLowerCase().startsWith(event.key.toLowerCase());
	const next = to === undefined ? [...all.slice(at + 1), ...all].find(begins) : all.at(to % all.length);
	if (["Escape", "Tab"].includes(event.key)) close();
	else if (to !== undefined || (event.key.length === 1 && next && event.key !== " ")) next?.focus();
	else return;
	event.preventDefault();
	event.stopPropagation();
}

/** Within the window, whichever way the page is written. */
function put(menu: HTMLElement, place: Place): void {
	const { width, height } = menu.getBoundingClientRect();
	const below = place instanceof Element ? place.getBoundingClientRect() : undefined;
	// The key that opens a context menu tells no place of its own.
	const [x, y] = below
		? [below.left, below.bottom + 4]
		: [(place as MouseEvent).clientX, (place as MouseEvent).clientY];
	const above = below ? below.top - 4 - height : y - height;
	const top = y + height > innerHeight - 8 && above > 8 ? above : Math.min(y, innerHeight - 8 - height);
	menu.style.left = `${Math.max(8, Math.min(x, innerWidth - 8 - width))}px`;
	menu.style.top = `${Math.max(8, top)}px`;
}
