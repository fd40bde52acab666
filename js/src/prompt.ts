/** The prompt box: grows with its text, and is never written over while something is being typed into it. */

import { composing } from "./composing.ts";
import { h, on, say } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export interface PromptBox {
	element: HTMLTextAreaElement;
	counter: HTMLElement;
	focus(): void;
}

export function promptBox(view: View): PromptBox {
	const { draft } = view;
	const box = h("textarea", {
		id: view.id("prompt"),
		class: "prompt",
		rows: 2,
		dir: "auto",
		placeholder: t("Describe the picture: subject, style, details"),
		"aria-describedby": view.id("counter"),
	});
	const counter = h("span", { id: view.id("counter"), class: "counter", hidden: true });
	const count = () => showLength(view, counter);
	const isComposing = composing(box, () => draft.edit({ prompt: box.value }));

	on(box, "input", () => {
		if (!isComposing()) draft.edit({ prompt: box.value });
		grow(box);
	});
	view.keep(
		draft.changed.on((name) => {
			if (name === "prompt" && !isComposing()) write(box, draft.get("prompt"));
			count();
		}),
	);
	view.keep(view.catalog.changed.on(count));
	box.value = draft.get("prompt");
	watchWidth(view, box);
	count();
	return { element: box, counter, focus: () => focusAtEnd(box) };
}

/** Takes a text from elsewhere and leaves the caret where it was in what both texts share. */
export function write(box: HTMLTextAreaElement, text: string): void {
	if (box.value === text) return;
	const old = box.value;
	const { selectionStart, selectionEnd, scrollTop } = box;
	box.value = text;
	box.setSelectionRange(carried(old, text, selectionStart), carried(old, text, selectionEnd));
	box.scrollTop = scrollTop;
	grow(box);
}

function carried(old: string, text: string, at: number): number {
	let start = 0;
	while (start < at && old[start] === text[start]) start++;
	// Changed before the caret: keep its distance from the end instead.
	return start === at ? at : Math.max(start, text.length - (old.length - at));
}

function grow(box: HTMLTextAreaElement): void {
	// Browsers with `field-sizing` do it themselves, without a layout at each keystroke.
	if (globalThis.CSS?.supports?.("field-sizing", "content")) return;
	box.style.height = "auto";
	box.style.height = `${box.scrollHeight + 2}px`;
}

function watchWidth(view: View, box: HTMLTextAreaElement): void {
	if (typeof ResizeObserver === "undefined") return;
	let width = -1;
	const observer = new ResizeObserver(() => {
		if (box.clientWidth !== width) grow(box);
		width = box.clientWidth;
	});
	observer.observe(box);
	view.keep(() => observer.disconnect());
}

function showLength({ draft, catalog }: View, counter: HTMLElement): void {
	const limit = catalog.model(draft.get("gateway"), draft.get("model"))?.prompt_limit;
	const length = [...draft.get("prompt")].length;
	const near = typeof limit === "number" && length > limit * 0.9;
	say(counter, near ? t("{length} of {limit} characters", { length, limit }) : "");
	counter.classList.toggle("over", near && length > limit);
}

function focusAtEnd(box: HTMLTextAreaElement): void {
	box.focus({ preventScroll: true });
	box.setSelectionRange(box.value.length, box.value.length);
	box.scrollIntoView?.({ block: "nearest" });
}
