/**
 * Builds DOM elements. Text only ever becomes a text node: prompts, model names and errors come from
 * strangers and must never be read as markup.
 */

type Property = string | number | boolean | null | undefined | ((event: never) => void);
type Child = Node | string | null | undefined | false;

export function h<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	properties: Record<string, Property> = {},
	...children: Child[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	// Else a host's form around the studio would be sent by it.
	if (tag === "button") put(element, "type", "button");
	for (const [name, value] of Object.entries(properties)) put(element, name, value);
	element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

function put(element: Element, name: string, value: Property): void {
	if (typeof value === "function") {
		element.addEventListener(name.slice(2), value as unknown as EventListener);
	} else if (value !== undefined && value !== null && value !== false) {
		element.setAttribute(name, value === true ? "" : String(value));
	}
}

/** What happens to an element, or to the window; what `h` makes can be told at once by `onclick` and the like. */
export function on<K extends keyof HTMLElementEventMap>(
	target: EventTarget,
	name: K,
	listener: (event: HTMLElementEventMap[K]) => void,
	options?: AddEventListenerOptions | boolean,
): void {
	target.addEventListener(name, listener as EventListener, options);
}

/** Writes only what differs, so that a screen reader is not told the same sentence again. */
export function say(element: Element, text: string): void {
	if (element.textContent !== text) element.textContent = text;
	element.toggleAttribute("hidden", text === "");
}

/** A line that is hidden until something is said in it, which a screen reader is told, too. */
export function statusLine(name = "note"): HTMLElement {
	return h("p", { class: name, role: "status", hidden: true });
}

/** A select with the same arrow as the other fields that open. */
export function withArrow(select: HTMLSelectElement): HTMLElement {
	return h("div", { class: "combobox" }, select, arrow());
}

export function arrow(): HTMLElement {
	return h("span", { class: "arrow", "aria-hidden": "true" }, icon("chevron"));
}

const SVG = "http://www.w3.org/2000/svg";

const SHAPES = {
	sparkle:
		"M12 3l1.9 5.1L19 10l-5.1 1.9L12 17l-1.9-5.1L5 10l5.1-1.9zM19 16l.8 2.2L22 19l-2.2.8L19 22l-.8-2.2L16 19l2.2-.8z",
	chevron: "M6 9l6 6 6-6",
	cross: "M6 6l12 12M18 6L6 18",
	download: "M12 4v11m0 0l-4.5-4.5M12 15l4.5-4.5M5 20h14",
	reuse: "M9 14l-5-5 5-5M4 9h10a6 6 0 0 1 6 6v4",
	again: "M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",
	warning: "M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.1",
	info: "M12 8v.1M12 11.5V16M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
	key: "M14.5 9.5a4.5 4.5 0 1 1-2-3.7M14 10l7 7v3h-3v-2h-2v-2h-2l-1.6-1.6",
	star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.9-5.2 2.9 1-5.9-4.3-4.1 5.9-.8z",
	trash: "M4 7h16M9.5 7V4.5h5V7M6.5 7l1 12.5h9L17.5 7M10 11v5m4-5v5",
	search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
	grid: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
	compare: "M4 5h7v14H4zM13 5h7v14h-7z",
	tag: "M3.5 12.5V4h8.5l8.5 8.5-8.5 8.5zM8 8v.1",
	edit: "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
	more: "M5 11.5a.5.5 0 1 0 .01 0zM12 11.5a.5.5 0 1 0 .01 0zM19 11.5a.5.5 0 1 0 .01 0z",
	clock: "M12 7v5l3.5 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
	help: "M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 16.6v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
	picture: "M4 5h16v14H4zM4 16l4.5-4.5L13 16m-2-2l3.5-3.5L20 16",
} as const;

export function icon(shape: keyof typeof SHAPES): SVGSVGElement {
	return drawing(SHAPES[shape]);
}

/** A line that is drawn as an icon. */
export function drawing(line: string): SVGSVGElement {
	const svg = document.createElementNS(SVG, "svg");
	const path = document.createElementNS(SVG, "path");
	for (const [name, value] of [
		["viewBox", "0 0 24 24"],
		["aria-hidden", "true"],
		["class", "icon"],
	] as const) {
		svg.setAttribute(name, value);
	}
	path.setAttribute("d", line);
	svg.append(path);
	return svg;
}
