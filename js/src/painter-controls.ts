/** The painter's buttons, sliders and keys, around the easel. */

import { h, say } from "./element.ts";
import { percent, t } from "./language.ts";
import { share } from "./mask.ts";
import type { Tool } from "./mask-tools.ts";
import { button, group, type Named, pressed, slider } from "./painter-bar.ts";
import type { Easel } from "./painter-easel.ts";
import { zoomBar } from "./zoom-bar.ts";

type Act = () => void;

export interface Controls {
	bar: HTMLElement;
	foot: HTMLElement;
	/** Returns whether the key was for the painter. */
	key(event: KeyboardEvent): boolean;
}

export function controls(easel: Easel, [done, discard]: [Act, Act], told: HTMLElement): Controls {
	const bar = h(
		"div",
		{ class: "bar", role: "toolbar", "aria-label": t("Tools") },
		tools(easel),
		size(easel),
		steps(easel),
		wholes(easel),
		look(easel),
	);
	const title = t("Keep the mask (Enter, Escape)");
	const finish = h("button", { class: "button primary", title, onclick: done }, t("Done"));
	const back = h("button", { class: "button", onclick: discard }, t("Discard changes"));
	back.title = t("Close, with the mask as it was before");
	const foot = h("div", { class: "foot" }, amount(easel), told, easel.place, scale(easel), back, finish);
	return { bar, foot, key: (event) => key(easel, event, done) };
}

function tools(easel: Easel): HTMLElement {
	const names: Record<Tool, Named> = {
		brush: [t("Brush"), "B"],
		eraser: [t("Eraser"), "E"],
		rectangle: [t("Rectangle"), "R"],
		lasso: [t("Lasso: draw around it, or click from corner to corner"), "L"],
	};
	const buttons = (Object.keys(names) as Tool[]).map((tool) => ({
		tool,
		element: button(tool, names[tool], () => easel.set({ tool })),
	}));
	const show = () => {
		for (const { tool, element } of buttons) pressed(element, tool === easel.habits.tool);
	};
	easel.changed.on(show);
	show();
	return group(t("Tool"), ...buttons.map(({ element }) => element));
}

/** By its logarithm: a pixel more matters to a small brush, and not to a large one. */
function size(easel: Easel): HTMLElement {
	const most = Math.log(easel.largest);
	const title = t("Also [ and ], and the wheel with Alt");
	const made = slider(t("Size"), title, [0, most], (value) => easel.resize(Math.exp(value)));
	const show = () => made.show(Math.log(easel.size), `${easel.size} px`);
	easel.changed.on(show);
	show();
	return made.element;
}

function steps({ painting }: Easel): HTMLElement {
	const undo = button("undo", [t("Undo"), "Ctrl+Z"], () => painting.undo());
	const redo = button("redo", [t("Redo"), "Ctrl+Shift+Z"], () => painting.redo());
	const show = () => {
		// Not `disabled`, which would take the focus from the button that was pressed last.
		undo.setAttribute("aria-disabled", String(!painting.canUndo));
		redo.setAttribute("aria-disabled", String(!painting.canRedo));
	};
	painting.stepped.on(show);
	show();
	return group(t("Undo and redo"), undo, redo);
}

function wholes({ painting }: Easel): HTMLElement {
	return group(
		t("Whole mask"),
		button("invert", [t("Invert"), "I"], () => painting.invert()),
		button("fill", [t("Paint all"), "A"], () => painting.setAll(true)),
		button("clear", [t("Clear"), "X"], () => painting.setAll(false)),
	);
}

function look(easel: Easel): HTMLElement {
	const { habits } = easel;
	const title = t("How strongly the mask is shown here; it is sent all the same");
	const made = slider(t("Overlay"), title, [0.15, 1], (opacity) => easel.set({ opacity }));
	const show = () => made.show(habits.opacity, percent(habits.opacity));
	easel.changed.on(show);
	show();
	return made.element;
}

function amount({ painting }: Easel): HTMLElement {
	const line = h("p", { class: "amount", role: "status" });
	const show = () => {
		const values = { share: percent(share(painting.mask)) };
		const some = painting.mask.count > 0;
		say(
			line,
			some
				? t("To be changed: {share} of the picture", values)
				: t("No mask yet: paint where the picture may change"),
		);
	};
	painting.stepped.on(show);
	show();
	return line;
}

function scale(easel: Easel): HTMLElement {
	const bar = zoomBar(() => easel.zoom);
	const show = () => bar.show(easel.zoom.placement);
	easel.changed.on(show);
	show();
	return bar.element;
}

function key(easel: Easel, event: KeyboardEvent, done: Act): boolean {
	const { painting } = easel;
	const name = event.key.toLowerCase();
	if (event.ctrlKey || event.metaKey) {
		if (name !== "z" && name !== "y") return false;
		if (name === "y" || event.shiftKey) painting.redo();
		else painting.undo();
		return true;
	}
	if (event.altKey) return false;
	// Else it would close the painter, with the lasso half-way.
	if (name === "escape") return easel.drop();
	if (easel.key(event)) return true;
	const act = acts(easel, done)[name];
	const isControl = name === "enter" && (event.target as Element).matches("button, input");
	if (!act || isControl) return !isArrowOfInput(event) && easel.zoom.key(event);
	act();
	return true;
}

/** A slider has its own use for them. */
function isArrowOfInput({ key, target }: KeyboardEvent): boolean {
	return key.startsWith("Arrow") && (target as Element).matches("input");
}

function acts(easel: Easel, done: Act): Record<string, Act> {
	const { painting } = easel;
	return {
		b: () => easel.set({ tool: "brush" }),
		e: () => easel.set({ tool: "eraser" }),
		r: () => easel.set({ tool: "rectangle" }),
		l: () => easel.set({ tool: "lasso" }),
		i: () => painting.invert(),
		a: () => painting.setAll(true),
		x: () => painting.setAll(false),
		"[": () => easel.grow(-1),
		"]": () => easel.grow(1),
		enter: () => easel.finish() || done(),
	};
}
