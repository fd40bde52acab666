/**
 * The pictures that one is made from: the one that is changed, with its mask, and references in their order. They are
 * brought in, moved and taken out, by hand and by key.
 */

import { whenKnown } from "./actions.ts";
import { busy, freshId } from "./clicks.ts";
import { DRAGGED, MOST_REFERENCES, placed } from "./dragged.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { percent, t } from "./language.ts";
import { openPainter } from "./painter.ts";
import type { Mask, Reply } from "./protocol.ts";
import type { View } from "./studio.ts";
import { again, upload } from "./upload.ts";
import { fileSize } from "./wording.ts";

const TYPES = /^image\/(png|jpeg|webp|gif)$/;
/** What a request may carry of one picture. */
const MOST_BYTES = 50 * 2 ** 20;

export interface Tray {
	/** Uploads pictures, one after the other, as references. */
	bring(files: File[]): void;
}

type Uploaded = Extract<Reply, { kind: "uploaded" }>;

const trays = new WeakMap<HTMLElement, Tray>();

/** The tray of this view, which is made when there is first something in it. */
export function trayOf(view: View): Tray {
	const found = trays.get(view.root) ?? makeTray(view);
	trays.set(view.root, found);
	return found;
}

function makeTray(view: View): Tray {
	const { draft, pictures, keep } = view;
	const place = view.root.querySelector(".inputs") as HTMLElement;
	const told = statusLine();
	const source = sourceChip(view);
	const list = h("div", { class: "tray", role: "list", "aria-label": t("References") });
	const show = () => {
		const ids = draft.get("references");
		const { activeElement } = list.getRootNode() as Document;
		const held = list.contains(activeElement) ? activeElement?.closest<HTMLElement>(".reference") : null;
		const place = held ? [...list.children].indexOf(held) : -1;
		list.replaceChildren(...ids.map((id, at) => item(view, id, at, ids)));
		list.hidden = ids.length === 0;
		const others = [...list.children] as HTMLElement[];
		const same = others.find(({ dataset }) => dataset.id === held?.dataset.id);
		if (held) (same ?? others[place] ?? others.at(-1) ?? promptOf(view)).focus();
	};
	keep(draft.changed.on((name) => name === "references" && show()));
	keep(pictures.came.on((id) => draft.get("references").includes(id) && show()));
	on(list, "keydown", (event) => move(view, list, event));
	place.prepend(source, list, foot(view), told);
	show();
	const tell = (sentence: string) => say(told, sentence);
	let queue: Promise<unknown> = Promise.resolve();
	const bring = (files: File[]) => {
		place.setAttribute("aria-busy", "true");
		const mine = queue.then(() => bringAll(view, files, tell));
		queue = mine;
		mine.finally(() => mine === queue && place.removeAttribute("aria-busy"));
	};
	return { bring };
}

// The picture that is changed.

function sourceChip(view: View): HTMLElement {
	const { draft, pictures, catalog, keep } = view;
	const image = h("img", { alt: "", draggable: "false" });
	const chip = h("div", { class: "source" });
	const paint = press("edit", () => openPainter(view, draft.get("source")));
	const bare = press("cross", () => unpaint(view), t("Remove the mask"));
	on(bare, "click", () => paint.focus());
	const stop = press("cross", () => {
		draft.edit({ source: "" });
		promptOf(view).focus();
	});
	stop.title = t("Stop editing");
	stop.setAttribute("aria-label", stop.title);
	let mask: Mask = {};
	const show = () => {
		const id = draft.get("source");
		chip.hidden = id === "";
		const url = id && pictures.thumbnail(id);
		if (url && image.src !== url) image.src = url;
		const isMasked = id !== "" && mask.source === id;
		paint.hidden = !isMasked && !catalog.inputs(draft.get("gateway"), draft.get("model")).mask;
		say(paint.lastElementChild as Element, isMasked ? changeable(mask) : t("Paint a mask"));
		bare.hidden = !isMasked;
	};
	chip.append(
		image,
		h("div", {}, h("b", {}, t("Editing this picture")), h("div", { class: "row" }, paint, bare)),
		stop,
	);
	keep(pictures.came.on((id) => id === draft.get("source") && show()));
	keep(draft.changed.on(() => show()));
	keep(catalog.changed.on(show));
	view.watch("_mask", (told) => {
		mask = told ?? {};
		show();
	});
	return chip;
}

function changeable({ share = 0 }: Mask): string {
	return t("Mask: {share} may change", { share: percent(share) });
}

function press(shape: "edit" | "cross" | "reuse", act: () => void, words = ""): HTMLButtonElement {
	return h("button", { class: "link", onclick: act }, icon(shape), h("span", {}, words));
}

// References.

function item(view: View, id: string, at: number, ids: string[]): HTMLElement {
	const { draft, pictures } = view;
	const url = pictures.thumbnail(id);
	const name = t("Reference {n} of {all}", { n: at + 1, all: ids.length });
	const out = t("Take it out");
	const made = h(
		"div",
		{
			class: "reference",
			role: "listitem",
			tabindex: 0,
			draggable: "true",
			"data-id": id,
			"aria-label": name,
			"aria-keyshortcuts": "Alt+ArrowLeft Alt+ArrowRight Delete",
			title:
				pictures.missing(id, "thumbnail") ?? `${name}. ${t("Alt+← and Alt+→ move it, Delete takes it out")}`,
		},
		url ? h("img", { src: url, alt: "", draggable: "false" }) : icon("picture"),
		h("b", {}, String(at + 1)),
		h(
			"button",
			{
				"aria-label": `${out}: ${name}`,
				title: out,
				onclick: () => draft.edit({ references: ids.filter((each) => each !== id) }),
			},
			icon("cross"),
		),
	);
	on(made, "dragstart", (event) => event.dataTransfer?.setData(DRAGGED, id));
	return made;
}

function move({ draft }: View, list: HTMLElement, event: KeyboardEvent): void {
	const { id } = (event.target as HTMLElement).dataset;
	const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
	const isOut = ["Delete", "Backspace"].includes(event.key);
	if (!id || !(step || isOut)) return;
	event.preventDefault();
	event.stopPropagation();
	const ids = draft.get("references");
	const at = ids.indexOf(id);
	if (isOut) draft.edit({ references: ids.filter((each) => each !== id) });
	else if (event.altKey) draft.edit({ references: placed(ids, [id], at + step) });
	else (list.children[at + step] as HTMLElement | undefined)?.focus();
}

function promptOf({ root }: View): HTMLElement {
	return root.querySelector(".prompt") as HTMLElement;
}

function unpaint({ clicks, answered }: View): void {
	const tell = (refusal: string | null) => answered.emit(refusal ?? "");
	clicks.press({ kind: "unpaint" }, { late: () => {}, answered: tell });
}

// What concerns all of it.

function foot(view: View): HTMLElement {
	const { draft, pictures, keep } = view;
	const words = h("p", { class: "first" });
	const go = press("reuse", () => edit({ source: result.id }), t("Go on from the result"));
	const clear = press("cross", () => empty(), t("Take all out"));
	const line = h("div", { class: "row meta" }, words, go, clear);
	let result = { id: "", of: "" };
	let masked = "";
	const edit = (edits: { source: string; references?: string[] }) => {
		draft.edit(edits);
		promptOf(view).focus();
	};
	const empty = () => {
		// The kernel takes the mask away only from what is changed.
		if (masked && masked === draft.get("source")) unpaint(view);
		edit({ source: "", references: [] });
	};
	const show = () => {
		const [source, { length }] = [draft.get("source"), draft.get("references")];
		say(words, source === "" && length > 0 ? t("The first picture is what is changed.") : "");
		go.hidden = source === "" || result.of !== source;
		clear.hidden = length + Number(source !== "") + Number(source !== "" && masked === source) < 2;
		line.hidden = [words, go, clear].every(({ hidden }) => hidden);
	};
	const take = (id: string) =>
		whenKnown(view, id, ({ parents }) => {
			const of = draft.get("source");
			if (parents.some((parent) => parent.id === of)) result = { id, of };
			show();
		});
	keep(pictures.arrived.on(([first]) => first && draft.get("source") && take(first.id)));
	keep(draft.changed.on((name) => ["source", "references"].includes(name) && show()));
	view.watch("_mask", (mask) => {
		masked = mask?.source ?? "";
		show();
	});
	show();
	return line;
}

// What is brought in.

async function bringAll(view: View, files: File[], tell: (sentence: string) => void): Promise<void> {
	tell("");
	for (const [at, file] of files.entries()) {
		const [n, all] = [at + 1, files.length];
		const progress = (share: number) =>
			tell(t("Bringing in picture {n} of {all}: {share}", { n, all, share: percent(share) }));
		const wrong = unfit(view, file) ?? (await bringOne(view, file, progress, tell));
		if (wrong) return tell(wrong);
	}
	tell("");
}

function unfit({ draft }: View, file: File): string | undefined {
	if (draft.get("references").length >= MOST_REFERENCES)
		return t("{n} references are the most that a request may carry.", { n: MOST_REFERENCES });
	if (!TYPES.test(file.type)) return t("{name} is no PNG, JPEG, WebP or GIF.", { name: file.name });
	if (file.size >= MOST_BYTES)
		return t("{name} has {size}; less than 50 MB can be sent.", {
			name: file.name,
			size: fileSize(file.size),
		});
	return file.size ? undefined : t("That file is empty.");
}

/** Gives what went wrong. */
async function bringOne(
	view: View,
	file: File,
	progress: (share: number) => void,
	tell: (sentence: string) => void,
): Promise<string> {
	const name = freshId();
	const answer = answered(view, name);
	progress(0);
	const request = (part: number, parts: number) => ({ kind: "upload", upload: name, part, parts }) as const;
	const sending = upload(view, file, request, { late: () => tell(busy()), sent: progress });
	const refusal = await sending.catch(() => t("That file cannot be read."));
	if (refusal !== null) return refusal;
	const ask = () => view.kernel.send({ kind: "brought", upload: name });
	const { id, message } = await again(view, ask, answer);
	const ids = view.draft.get("references");
	if (id) view.draft.edit({ references: placed(ids, [id], ids.length) });
	return message;
}

function answered({ kernel, keep }: View, name: string): Promise<Uploaded> {
	return new Promise((come) => {
		const stop = kernel.on("uploaded", (reply) => {
			if (reply.upload !== name) return;
			stop();
			come(reply);
		});
		keep(stop);
	});
}
