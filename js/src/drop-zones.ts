/** Where a picture's file can be dropped, by what becomes of it; in sight while one is dragged over the studio. */

import { h, icon } from "./element.ts";
import { t } from "./language.ts";

export function dropZones(root: HTMLElement): void {
	const zone = (shape: "picture" | "reuse", words: string, does = "") =>
		h("div", { "data-does": does }, h("span", {}, icon(shape), " ", words));
	root.append(
		h(
			"div",
			{ class: "zones" },
			zone("picture", t("Start from it")),
			zone("reuse", t("Read its settings"), "read"),
		),
	);
}
