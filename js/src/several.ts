/** The place for what can be done with several pictures at once; its code comes when they are first selected. */

import { h } from "./element.ts";
import type { View } from "./studio.ts";

export function several(view: View): HTMLElement {
	const place = h("div", { class: "row actions several", hidden: true });
	let isAsked = false;
	const show = () => {
		place.hidden = view.draft.get("selected").length < 2;
		if (place.hidden || isAsked) return;
		isAsked = true;
		view.open((dialogs) => dialogs.severalBar(view, place));
	};
	view.keep(view.draft.changed.on((name) => name === "selected" && show()));
	show();
	return place;
}
