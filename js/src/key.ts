/** What the chosen gateway needs before it can be used: the form comes when a key is lacking or to be changed. */

import { h, icon, on, say } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

const SKETCH = "sketch";

export function keyField(view: View): HTMLElement {
	const { catalog, draft } = view;
	const another = h("button", { class: "link", hidden: true }, icon("key"), t("Change key"));
	const place = h("div", { class: "key" }, another);
	let asked = false;
	const open = (changing: boolean) => {
		if (asked) return;
		asked = true;
		view.open((dialogs) => dialogs.keyForm(view, place, another, changing));
	};
	const show = () => {
		const gateway = catalog.gateway(draft.get("gateway"));
		if (asked || !gateway) return;
		another.hidden = !gateway.ready || !gateway.key_variable;
		if (!gateway.ready) open(false);
	};
	on(another, "click", () => open(true));
	view.keep(draft.changed.on((name) => name === "gateway" && show()));
	view.keep(catalog.changed.on(show));
	show();
	return place;
}

/** Says that nothing is sent, while nothing is. */
export function offlineNote({ draft, keep }: View): HTMLElement {
	const note = h("p", { class: "note", hidden: true });
	const words = t(
		"Offline sketches: nothing is sent or billed. For real pictures, choose a gateway and paste its key.",
	);
	const show = () => say(note, draft.get("gateway") === SKETCH ? words : "");
	keep(draft.changed.on((name) => name === "gateway" && show()));
	show();
	return note;
}
