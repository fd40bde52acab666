/** The whole of what a failure says, and what the model wrote instead of a picture: fetched when it is opened. */

import { h, icon, say } from "./element.ts";
import type { View } from "./studio.ts";

export function fold(view: View, generation: string): HTMLElement {
	const message = h("p", { dir: "auto", hidden: true });
	const text = h("blockquote", { dir: "auto", hidden: true });
	const element = h("details", { class: "failure" }, h("summary", {}, icon("chevron"), "Read it all"));
	element.append(
		h("div", { class: "whole", tabindex: 0, role: "note", "aria-label": "All of it" }, message, text),
	);
	const off = view.kernel.on("failure", (reply) => {
		if (reply.generation !== generation) return;
		say(message, String(reply.message));
		say(text, String(reply.text));
		off();
	});
	view.keep(off);
	element.addEventListener("toggle", () => {
		if (element.open && message.hidden) view.kernel.send({ kind: "failure", generation });
	});
	return element;
}
