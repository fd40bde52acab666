/** The sheet of keys, by where they work. */

import { openDialog } from "./dialog.ts";
import { h, icon, on } from "./element.ts";
import { APPLE } from "./keyboard.ts";
import { t } from "./language.ts";
import { type Group, groups, type Shortcut } from "./shortcuts.ts";
import type { View } from "./studio.ts";

const APPLES: Record<string, string> = { Ctrl: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↵" };

export function openSheet(view: View): void {
	if (view.root.querySelector(".shortcuts")) return;
	const here = [...view.root.querySelectorAll("dialog")].at(-1)?.className.split(" ").at(-1);
	const label = t("Keyboard shortcuts");
	const close = h("button", { class: "button quiet", "aria-label": t("Close") }, icon("cross"));
	const head = h("header", {}, h("h3", {}, label), close);
	const dialog = openDialog(view, { label, class: "sheet shortcuts" }, [
		head,
		h("div", { class: "groups" }, ...from(here).map(section)),
	]);
	on(close, "click", dialog.close);
	// A press beside it.
	on(dialog.element, "click", (event) => event.target === dialog.element && dialog.close());
}

/** Those of the dialog from which it was opened come first. */
function from(here: string | undefined): Group[] {
	const all = groups();
	const first = all.filter(({ of }) => of !== undefined && of === here);
	return [...first, ...all.filter((each) => !first.includes(each))];
}

function section({ where, shortcuts }: Group): HTMLElement {
	return h("section", {}, h("h4", {}, where), h("dl", {}, ...shortcuts.map(line)));
}

function line([keys, does]: Shortcut): HTMLElement {
	const strokes = keys.flatMap((each) => [h("span", {}, ...stroke(each)), " "]);
	return h("div", {}, h("dt", {}, ...strokes), h("dd", {}, does));
}

/** "Ctrl+Z", the plus outside the keys; "+" alone is a key itself. */
function stroke(keys: string): (Node | string)[] {
	const held = keys.split(/(?<=.)\+/).map((key) => h("kbd", {}, (APPLE && APPLES[key]) || key));
	return held.flatMap((key, at) => (at ? ["+", key] : [key]));
}
