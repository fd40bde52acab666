/**
 * Keeps the studio's keys from the notebook around it, where a press of `x` on a thumbnail would cut the cell.
 *
 * Lumino listens on `document` and leaves an event alone whose target carries `data-lm-suppress-shortcuts`
 * (jupyterlab/lumino#15; packages/commands/src/index.ts there, `targetDistance`). It walks up from the target
 * to the first element that fits a selector, so the mark must stand on the target itself. Notebook 7 listens in
 * the capture phase and JupyterLab in the bubbling one (packages/application/src/index.ts there,
 * `bubblingKeydown`), so a listener on `window` sets the mark before both. It must go again for keys that the
 * studio has no use for: Ctrl+S still saves the notebook.
 */

import { on } from "./element.ts";
import type { Undo } from "./signal.ts";

export const APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const MARK = "data-lm-suppress-shortcuts";
const MOVES = /^(Arrow|Home$|End$|Page|Backspace$|Delete$|Tab$|Enter$)/;

export function guardKeys(root: HTMLElement): Undo {
	let marked: Element | undefined;
	const unmark = () => {
		marked?.removeAttribute(MARK);
		marked = undefined;
	};
	const mark = (event: KeyboardEvent) => {
		unmark();
		const target = event.composedPath()[0];
		if (!(target instanceof Element) || !root.contains(target) || !isOurs(event, target)) return;
		target.setAttribute(MARK, "true");
		marked = target;
	};
	// JupyterLab cancels `insertLineBreak` in anything inside `.jp-Cell`; here line breaks are the user's text.
	// Upstream: jupyterlab/jupyterlab, packages/application/src/lab.ts, `evtKeydown`. The same symptom in
	// another text area: jupyter-widgets/ipywidgets#3950.
	const letIn = (event: Event) => {
		const target = event.composedPath()[0];
		if (target instanceof Element && root.contains(target) && isTextField(target)) event.stopPropagation();
	};
	// Hosts that listen further up the page, after us.
	const hold = (event: KeyboardEvent) => {
		if (isPlain(event) || event.key === "Enter") event.stopPropagation();
	};
	on(window, "keydown", mark, true);
	on(window, "beforeinput", letIn, true);
	on(root, "keydown", hold);
	on(root, "focusout", unmark);
	return () => {
		window.removeEventListener("keydown", mark, true);
		window.removeEventListener("beforeinput", letIn, true);
		root.removeEventListener("keydown", hold);
		root.removeEventListener("focusout", unmark);
		unmark();
	};
}

/** Whether the studio, or the field that has the focus, uses this key. */
export function isOurs(event: KeyboardEvent, target: Element): boolean {
	if (event.isComposing || isPlain(event) || MOVES.test(event.key)) return true;
	if (isTextField(target)) return isEditing(event);
	const key = event.key.toLowerCase();
	// Of the mask painter: undo and redo.
	if (isCommand(event) && /^[yz]$/.test(key) && target.closest("dialog")) return true;
	if (!isCommand(event) || event.shiftKey) return false;
	return (
		(key === "a" && target.closest("[role=listbox]") !== null) ||
		(key === "z" && target.closest("[role=listbox], .stage") !== null)
	);
}

/** Without Ctrl, Cmd or Alt: typing, or a single-letter shortcut of the notebook's command mode. */
function isPlain(event: KeyboardEvent): boolean {
	return !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key);
}

function isCommand(event: KeyboardEvent): boolean {
	return event.ctrlKey || event.metaKey;
}

/** Copy, cut, paste, undo, select all; and letters that are typed with Alt or AltGr. */
function isEditing(event: KeyboardEvent): boolean {
	const key = event.key.toLowerCase();
	if (event.altKey)
		return event.key.length === 1 && (!isCommand(event) || event.getModifierState("AltGraph"));
	if (event.shiftKey) return key === "z" || key === "v";
	return ["a", "c", "v", "x", "y", "z"].includes(key);
}

export function isTextField(target: Element): boolean {
	return target.matches("textarea, input:not([type=checkbox]):not([type=radio]):not([type=button])");
}
