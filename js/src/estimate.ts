/** What a press of Generate would cost, beside the button; nothing where nobody knows. */

import { h, say } from "./element.ts";
import { t } from "./language.ts";
import type { Estimate } from "./protocol.ts";
import type { View } from "./studio.ts";
import { dollars } from "./wording.ts";

export function estimateLine(view: View): HTMLElement {
	const line = h("span", { class: "estimate", hidden: true });
	view.watch("_estimate", (estimate) => {
		say(line, price(estimate ?? {}));
		line.title = estimate?.priced ? t("By the prices of {day}", { day: estimate.priced }) : "";
	});
	return line;
}

export function price({ usd, list_usd }: Estimate): string {
	if (usd === 0) return t("Free");
	if (typeof usd === "number") return `≈ ${dollars(usd)}`;
	return typeof list_usd === "number" ? t("≈ {usd} · list price", { usd: dollars(list_usd) }) : "";
}
