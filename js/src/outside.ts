/** How much an edit changed outside its mask, and the press that puts the original back there. */

import { tell } from "./clicks.ts";
import { h } from "./element.ts";
import { percent, t } from "./language.ts";
import type { Details } from "./protocol.ts";
import type { View } from "./studio.ts";

export function outsideFact(view: View, { id, operation, changed_outside }: Details): HTMLElement[] {
	if (operation !== "edit" || typeof changed_outside !== "number") return [];
	const share = percent(changed_outside);
	const back = () => tell(view, { kind: "keep", id });
	return [
		h("li", { class: "fact" }, t("{share} changed outside the mask", { share })),
		...(changed_outside > 0
			? [h("li", {}, h("button", { class: "link", onclick: back }, t("Put the original back there")))]
			: []),
	];
}
