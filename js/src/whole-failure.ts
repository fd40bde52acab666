/** All that a failure said, in the fold that asked for it. */

import { h, on, say } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export function wholeFailure(view: View, fold: HTMLDetailsElement, generation: string): void {
	const message = h("p", { dir: "auto", hidden: true });
	const text = h("blockquote", { dir: "auto", hidden: true });
	fold.append(
		h("div", { class: "whole", tabindex: 0, role: "note", "aria-label": t("All of it") }, message, text),
	);
	const off = view.keep(
		view.kernel.on("failure", (reply) => {
			if (reply.generation !== generation) return;
			say(message, String(reply.message));
			say(text, String(reply.text));
			off();
		}),
	);
	const ask = () => {
		if (fold.open && message.hidden) view.kernel.send({ kind: "failure", generation });
	};
	// A message may be lost: unfolding it again asks again.
	on(fold, "toggle", ask);
	ask();
}
