/** The way to the sheet of keys: `?` anywhere but in a text, and a button for those who do not know that yet. */

import { h, on } from "./element.ts";
import { isTextField } from "./keyboard.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export function sheetButton(view: View): HTMLElement {
	const open = () => view.open((dialogs) => dialogs.openSheet(view));
	on(view.root, "keydown", (event) => {
		if (event.key !== "?" || isTextField(event.target as Element)) return;
		event.preventDefault();
		open();
	});
	const title = t("All keys (?)");
	return h("button", { class: "link", title, onclick: open }, t("Keyboard shortcuts"));
}
