/** The picture last selected, else the newest, large, with what was asked and what came. */

import { h, icon, say } from "./element.ts";
import type { Details, Entry } from "./protocol.ts";
import type { View } from "./studio.ts";
import { duration, fileSize, size } from "./wording.ts";

export function stage(view: View): HTMLElement {
	const frame = h("div", { class: "frame" });
	const layers = makeLayers(frame);
	const caption = makeCaption(view);
	const element = h(
		"figure",
		{ class: "stage", "aria-label": "Picture", hidden: true },
		frame,
		caption.element,
	);
	let shown: string | undefined;

	const show = () => {
		const id = current(view);
		element.hidden = id === undefined;
		if (id === undefined) return;
		showPicture(view, layers, id, id !== shown);
		shown = id;
		showCaption(view, caption, id);
	};
	view.keep(view.pictures.listed.on(show));
	view.keep(view.pictures.came.on((id) => id === shown && show()));
	view.keep(view.draft.changed.on((name) => name === "selected" && show()));
	show();
	return element;
}

function current({ draft, pictures }: View): string | undefined {
	return draft.get("selected").at(-1) ?? pictures.entries[0]?.id;
}

interface Layers {
	frame: HTMLElement;
	/** The thumbnail, blurred, until the original is decoded. */
	preview: HTMLImageElement;
	original: HTMLImageElement;
	problem: HTMLElement;
}

function makeLayers(frame: HTMLElement): Layers {
	const preview = h("img", { class: "preview", alt: "", hidden: true });
	const original = h("img", { class: "original", decoding: "async", hidden: true });
	const problem = h("p", { class: "problem", role: "status", hidden: true });
	original.addEventListener("load", () => frame.classList.add("loaded"));
	frame.append(preview, original, problem);
	return { frame, preview, original, problem };
}

function showPicture({ pictures }: View, layers: Layers, id: string, fresh: boolean): void {
	const url = pictures.original(id)?.url;
	const thumbnail = pictures.thumbnail(id);
	const entry = pictures.details(id) ?? pictures.entry(id);
	if (fresh && layers.original.src !== url) layers.frame.classList.remove("loaded");
	putImage(layers.preview, thumbnail, "");
	putImage(layers.original, url, entry?.prompt ?? "");
	shape(layers.frame, entry);
	say(layers.problem, pictures.missing(id, "original") ?? pictures.missing(id, "details") ?? "");
}

function putImage(image: HTMLImageElement, url: string | undefined, alt: string): void {
	image.hidden = url === undefined;
	image.alt = alt;
	if (url === undefined) image.removeAttribute("src");
	else if (image.src !== url) image.src = url;
}

/** Keeps the place of the picture before its bytes are there, so that nothing jumps. */
function shape(frame: HTMLElement, entry: Entry | undefined): void {
	const known = entry && entry.width > 0 && entry.height > 0;
	frame.style.setProperty("--ratio", known ? String(entry.width / entry.height) : "1");
	frame.style.setProperty("--width", known ? `${entry.width}px` : "100%");
}

interface Caption {
	element: HTMLElement;
	prompt: HTMLElement;
	revised: HTMLElement;
	facts: HTMLElement;
	reuse: HTMLButtonElement;
	download: HTMLAnchorElement;
	whole: string | undefined;
}

/** Made once and filled anew: what has the focus keeps it when another part of a picture comes. */
function makeCaption(view: View): Caption {
	const prompt = h("p", {
		class: "said",
		dir: "auto",
		tabindex: 0,
		role: "note",
		"aria-label": "Its prompt",
	});
	const summary = h("summary", {}, icon("chevron"), "Revised by the model");
	const revised = h("details", { class: "revised" }, summary, h("p", { dir: "auto" }));
	const facts = h("ul", { class: "facts" });
	const reuse = h("button", { type: "button", class: "button" }, icon("reuse"), "Use this prompt");
	const download = h("a", { class: "button" }, icon("download"), "Download");
	const actions = h("div", { class: "row actions" }, reuse, download);
	const element = h("figcaption", { class: "caption" }, prompt, revised, facts, actions);
	const caption: Caption = { element, prompt, revised, facts, reuse, download, whole: undefined };
	reuse.addEventListener("click", () => caption.whole !== undefined && view.reuse.emit(caption.whole));
	return caption;
}

function showCaption({ pictures }: View, caption: Caption, id: string): void {
	const entry = pictures.entry(id);
	const details = pictures.details(id);
	const revised = details?.revised_prompt ?? "";
	say(caption.prompt, (details ?? entry)?.prompt ?? "");
	say(caption.revised.querySelector("p") as HTMLElement, revised);
	caption.revised.hidden = revised === "";
	caption.facts.replaceChildren(...(details ? factList(details) : entry ? briefFacts(entry) : []));
	caption.reuse.disabled = !details;
	caption.whole = details?.prompt;
	showDownload(caption.download, id, details, pictures.original(id)?.url);
}

function showDownload(
	link: HTMLAnchorElement,
	id: string,
	details: Details | undefined,
	url: string | undefined,
): void {
	const extension = { JPEG: "jpg", WebP: "webp", GIF: "gif" }[details?.format ?? ""] ?? "png";
	const ready = url !== undefined && details !== undefined;
	if (ready) link.href = url;
	else link.removeAttribute("href");
	link.download = `nbimagegen-${id}.${extension}`;
	link.setAttribute("aria-disabled", String(!ready));
}

function briefFacts({ model, width, height }: Entry): HTMLElement[] {
	return [fact("Model", model), fact("Size", `${width}×${height}`)];
}

function factList(details: Details): HTMLElement[] {
	const { model, gateway, seconds, format, bytes } = details;
	const facts = [fact("Model", model), fact("Gateway", gateway), sizeFact(details)];
	if (typeof seconds === "number") facts.push(fact("Time", duration(seconds)));
	facts.push(fact("File", `${format}, ${fileSize(bytes)}`));
	if (details.asked_count !== details.got_count) {
		facts.push(fact("Images", `${details.got_count} of ${details.asked_count} asked`, true));
	}
	return facts;
}

/** A ratio or a resolution class that was asked for is kept by a size that fits it; only pixels are compared. */
function sizeFact({ asked, got }: Details): HTMLElement {
	const differs = /^\d+x\d+$/.test(asked) && asked !== got;
	if (!asked || asked === got) return fact("Size", size(got));
	return fact("Size", `${size(got)}, asked ${size(asked)}`, differs || !keepsRatio(asked, got));
}

function keepsRatio(asked: string, got: string): boolean {
	const wanted = /\b(\d+):(\d+)\b/.exec(asked);
	const came = /^(\d+)x(\d+)$/.exec(got);
	if (!wanted || !came) return true;
	const ratio = Number(wanted[1]) / Number(wanted[2]);
	// Models round to their own pixel grid: 21:9 comes as 1536x672.
	return Math.abs(Number(came[1]) / Number(came[2]) / ratio - 1) < 0.06;
}

function fact(label: string, value: string, differs = false): HTMLElement {
	const flag = differs
		? h(
				"span",
				{ class: "flag" },
				icon("warning"),
				h("span", { class: "hidden" }, "Differs from what was asked: "),
			)
		: null;
	return h(
		"li",
		{ class: differs ? "fact differs" : "fact", title: label },
		h("span", { class: "hidden" }, `${label}: `),
		flag,
		h("bdi", {}, value),
	);
}
