/** A box to tick, with its hint in sight. */

import type { Control } from "./control.ts";
import { h, on } from "./element.ts";
import type { Parameter, Value } from "./protocol.ts";

export function tick(
	{ label, help }: Pick<Parameter, "label" | "help">,
	id: string,
	change: (on: boolean) => void,
): Control {
	const box = h("input", { id, type: "checkbox", class: "tick", "aria-describedby": `${id}-help` });
	on(box, "change", () => change(box.checked));
	const show = (value: Value | undefined) => {
		box.checked = value === true;
	};
	const words = h("label", { for: id, id: `${id}-label` }, label);
	const hint = h("p", { id: `${id}-help`, class: "note" }, help);
	return { element: h("div", { class: "ticked" }, box, words, hint), show, problem: () => null };
}
