/** What `{name}` in the prompt is filled with, beneath the box; few prompts have one. */

import { h } from "./element.ts";
import type { Filling } from "./filling.ts";
import type { Part } from "./part.ts";
import type { View } from "./studio.ts";

export function template(view: View): Part {
	const element = h("p", { class: "fills", dir: "auto", role: "status", hidden: true });
	let filling: Filling | undefined;
	let asked = false;
	view.watch("_fills", (told) => {
		if (asked || Object.keys(told ?? {}).length === 0) return;
		asked = true;
		view.open((dialogs) => {
			filling = dialogs.filling(view, element);
		});
	});
	return {
		element,
		problem: () => filling?.problem() ?? null,
		// The kernel refuses what was not seen: several prompts, or a name that it does not know.
		seen: () => filling?.seen() ?? { prompts: 1, as_is: !asked },
	};
}
