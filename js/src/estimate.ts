/** What a press of Generate would cost, beside the button; nothing where nobody knows. */

import { h, say } from "./element.ts";
import type { Estimate } from "./protocol.ts";
import type { View } from "./studio.ts";
import { dollars } from "./wording.ts";

export function estimateLine(view: View): HTMLElement {
	const line = h("span", { class: "estimate", hidden: true });
	view.watch("_estimate", (estimate) => {
		say(line, sentence(estimate ?? {}));
		line.title = estimate?.priced ? `By the prices of ${estimate.priced}` : "";
	});
	return line;
}

function sentence({ usd, list_usd }: Estimate): string {
	if (usd === 0) return "Free";
	if (typeof usd === "number") return `≈ ${dollars(usd)}`;
	return typeof list_usd === "number" ? `≈ ${dollars(list_usd)} · list price` : "";
}
