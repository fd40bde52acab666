/** The ways back to earlier prompts, and to advice: keys in the prompt box, and two buttons below it. */

import { h, icon, on } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

const STEPS: Record<string, number> = { ArrowUp: 1, ArrowDown: -1 };

export function recall(view: View, box: HTMLTextAreaElement): HTMLElement[] {
	const list = () => view.open((dialogs) => dialogs.openPrompts(view));
	const guide = () => view.open((dialogs) => dialogs.openGuide(view));
	on(box, "keydown", (event) => {
		const back = STEPS[event.key];
		if (back === undefined || event.isComposing || event.shiftKey || event.altKey) return;
		if (event.ctrlKey || event.metaKey) {
			if (back < 0) return;
			list();
		} else if (isAtEdge(box, back)) view.open((dialogs) => dialogs.walk(view, box, back));
		else return;
		event.preventDefault();
	});
	on(box, "input", () => delete box.dataset.recalled);
	return [
		button("clock", t("Earlier prompts (Ctrl+↑)"), list),
		button("help", t("How to write a prompt"), guide),
	];
}

/** An earlier prompt that is looked at goes on to the next from its end as well. */
function isAtEdge(
	{ selectionStart, selectionEnd, value, dataset }: HTMLTextAreaElement,
	back: number,
): boolean {
	if (selectionStart !== selectionEnd) return false;
	const isWalking = dataset.recalled !== undefined;
	return (selectionStart === 0 && (back > 0 || isWalking)) || (isWalking && selectionStart === value.length);
}

function button(shape: "clock" | "help", title: string, act: () => void): HTMLElement {
	return h("button", { class: "button quiet bare", title, "aria-label": title, onclick: act }, icon(shape));
}
