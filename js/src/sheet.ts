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
	const label = t("Keyboard shortcuts");
	const close = h("button", { class: "button quiet", "aria-label": t("Close") }, icon("cross"));
	const head = h("header", {}, h("h3", {}, label), close);
	const dialog = openDialog(view, { label, class: "sheet shortcuts" }, [head, ...groups().map(section)]);
	on(close, "click", dialog.close);
	// A press beside it.
	on(dialog.element, "click", (event) => event.target === dialog.element && dialog.close());
}

function section({ where, shortcuts }: Group): HTMLElement {
	return h("section", {}, h("h4", {}, where), h("dl", {}, ...shortcuts.map(line)));
}

function line([keys, does]: Shortcut): HTMLElement {
	return h("div", {}, h("dt", {}, ...keys.map(stroke)), h("dd", {}, does));
}

function stroke(keys: string): HTMLElement {
	const held = keys.split("+").map((key) => h("kbd", {}, (APPLE && APPLES[key]) || key));
	return h("span", {}, ...held);
}
