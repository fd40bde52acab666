/**
 * Settings from a picture's file. Its bytes go to the kernel, which puts what they tell into the controls; nothing is
 * made of it, and what stood there before can be put back.
 */

import { busy, freshId } from "./clicks.ts";
import type { Drafted } from "./draft.ts";
import { h, icon, on, say } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";
import { MOST_BYTES, upload } from "./upload.ts";
import { fileSize } from "./wording.ts";

/** What is sent in a moment needs no word. */
const SMALL = 4 * 2 ** 20;

/** What ends the hearing of an answer to the file before, by the line that tells of it. */
const unheard = new WeakMap<HTMLElement, () => void>();

/** Says in this line what came of it. */
export function readSettings(view: View, line: HTMLElement, file: File): void {
	const message = h("p", { role: "status" });
	const back = h("button", { class: "button" }, icon("reuse"), t("Put back"));
	const dismiss = h("button", { class: "button quiet" }, t("Dismiss"));
	const id = freshId();
	const before = snapshot(view);
	const tell = (sentence: string, found = false) => {
		say(message, sentence);
		line.hidden = sentence === "";
		back.hidden = !found;
	};
	unheard.get(line)?.();
	const stop = view.kernel.on("settings", (reply) => {
		if (reply.upload === id) tell(reply.message, reply.found);
	});
	unheard.set(line, stop);
	view.keep(stop);
	on(back, "click", () => {
		view.draft.edit(before);
		tell("");
	});
	on(dismiss, "click", () => tell(""));
	line.replaceChildren(h("div", { class: "about" }, message, h("div", { class: "row" }, back, dismiss)));
	send(view, file, id, tell);
}

function snapshot({ draft }: View): Pick<Drafted, "prompt" | "model" | "parameters"> {
	return { prompt: draft.get("prompt"), model: draft.get("model"), parameters: draft.get("parameters") };
}

function send(view: View, file: File, id: string, tell: (sentence: string) => void): void {
	if (file.size === 0 || file.size > MOST_BYTES) {
		tell(
			file.size
				? t("That file has {size}; up to 64 MB are read.", { size: fileSize(file.size) })
				: t("That file is empty."),
		);
		return;
	}
	const request = (part: number, parts: number) => ({ kind: "read", upload: id, part, parts }) as const;
	tell(file.size > SMALL ? t("Reading the picture…") : "");
	upload(view, file, request, { late: () => tell(busy()) }).then(
		(refusal) => refusal !== null && tell(refusal),
		() => tell(t("That file cannot be read.")),
	);
}
