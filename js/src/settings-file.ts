/**
 * Settings from a picture's file: dropped, pasted or chosen. Its bytes go to the kernel, which puts what they tell
 * into the controls; nothing is made of it, and what stood there before can be put back.
 */

import { BUSY, freshId } from "./clicks.ts";
import type { Drafted } from "./draft.ts";
import { h, icon, say } from "./element.ts";
import type { View } from "./studio.ts";
import { fileSize } from "./wording.ts";

const PART = 4 * 2 ** 20;
const MOST_PARTS = 16;
const TYPES = "image/png,image/jpeg,image/webp,image/gif";

type Before = Pick<Drafted, "prompt" | "model" | "parameters">;

export interface SettingsFile {
	/** What came of it. */
	line: HTMLElement;
	/** For those who do not drag. */
	button: HTMLElement;
	/** Takes what is dropped or pasted anywhere on the studio. */
	listen(root: HTMLElement): void;
}

export function settingsFile(view: View): SettingsFile {
	const message = h("p", { role: "status" });
	const back = h("button", { type: "button", class: "button" }, icon("reuse"), "Put back");
	const dismiss = h("button", { type: "button", class: "button quiet" }, "Dismiss");
	const line = h(
		"div",
		{ class: "restored", hidden: true },
		h("div", { class: "about" }, message, h("div", { class: "row" }, back, dismiss)),
	);
	let before: Before | undefined;
	let upload = "";

	const tell = (sentence: string, found = false) => {
		say(message, sentence);
		line.hidden = sentence === "";
		back.hidden = !found;
	};
	const take = (file: File) => {
		upload = freshId();
		before = snapshot(view);
		send(view, file, upload, (sentence) => tell(sentence));
	};
	view.keep(
		view.kernel.on("settings", (reply) => {
			if (reply.upload === upload) tell(reply.message, reply.found);
		}),
	);
	back.addEventListener("click", () => {
		if (before) view.draft.edit(before);
		tell("");
	});
	dismiss.addEventListener("click", () => tell(""));
	return { line, button: chooser(take), listen: (root) => receive(root, take) };
}

function snapshot({ draft }: View): Before {
	return { prompt: draft.get("prompt"), model: draft.get("model"), parameters: draft.get("parameters") };
}

function chooser(take: (file: File) => void): HTMLElement {
	const input = h("input", { type: "file", accept: TYPES, hidden: true, tabindex: -1 });
	input.addEventListener("change", () => {
		const [file] = input.files ?? [];
		input.value = "";
		if (file) take(file);
	});
	const open = h(
		"button",
		{ type: "button", class: "link", onclick: () => input.click() },
		icon("picture"),
		"Settings from a picture…",
	);
	open.title = "Reads how a picture was made from its file. It can be dropped or pasted anywhere here, too.";
	return h("div", { class: "from-file" }, open, input);
}

/** Only files are ours: text that is dropped or pasted goes into its field. */
function receive(root: HTMLElement, take: (file: File) => void): void {
	const over = (on: boolean) => root.toggleAttribute("data-dropping", on);
	root.addEventListener("dragover", (event) => {
		if (!event.dataTransfer?.types.includes("Files")) return;
		event.preventDefault();
		event.stopPropagation();
		event.dataTransfer.dropEffect = "copy";
		over(true);
	});
	root.addEventListener("dragleave", (event) => {
		if (!root.contains(event.relatedTarget as Node | null)) over(false);
	});
	root.addEventListener("drop", (event) => {
		over(false);
		takeFrom(event, event.dataTransfer, take);
	});
	root.addEventListener("paste", (event) => takeFrom(event, event.clipboardData, take));
}

function takeFrom(event: Event, data: DataTransfer | null, take: (file: File) => void): void {
	const files = [...(data?.files ?? [])];
	const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
	if (!file) return;
	event.preventDefault();
	event.stopPropagation();
	take(file);
}

/** One part after the other: the kernel hears each before the next is sent. */
function send(view: View, file: File, upload: string, tell: (sentence: string) => void): void {
	const parts = Math.ceil(file.size / PART);
	if (parts === 0 || parts > MOST_PARTS) {
		tell(parts === 0 ? "That file is empty." : `That file has ${fileSize(file.size)}; up to 64 MB are read.`);
		return;
	}
	const sendPart = async (part: number) => {
		const bytes = await file.slice(part * PART, (part + 1) * PART).arrayBuffer();
		view.clicks.press(
			{ kind: "read", upload, part, parts },
			{
				late: () => tell(BUSY),
				answered: (refusal) => (refusal !== null ? tell(refusal) : part + 1 < parts && next(part + 1)),
			},
			bytes,
		);
	};
	const next = (part: number) => sendPart(part).catch(() => tell("That file cannot be read."));
	tell(parts > 1 ? "Reading the picture…" : "");
	next(0);
}
