/** How much of the session's budget is spent: a line that is there only where there is a budget. */

import { h, say } from "./element.ts";
import { counted, t } from "./language.ts";
import type { Budget, Spending } from "./protocol.ts";
import type { View } from "./studio.ts";
import { dollars } from "./wording.ts";

const NEARLY = 0.9;

export function budgetLine(view: View): HTMLElement {
	const line = h("p", {
		class: "budget",
		title: t("Spent since this session was made, in this kernel"),
		hidden: true,
	});
	view.watch("_budget", (budget) => {
		say(line, sentence(budget ?? {}));
		line.classList.toggle("short", [budget?.images, budget?.usd].some(isNearlySpent));
	});
	return line;
}

function sentence({ images, usd }: Budget): string {
	const parts: string[] = [];
	if (images)
		parts.push(
			counted(images.limit, "{spent} of {n} image", "{spent} of {n} images", { spent: images.spent }),
		);
	if (usd) parts.push(t("{spent} of {limit}", { spent: dollars(usd.spent), limit: dollars(usd.limit) }));
	return parts.join(" · ");
}

function isNearlySpent(spending: Spending | undefined): boolean {
	return spending !== undefined && spending.spent >= spending.limit * NEARLY;
}
