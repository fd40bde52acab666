/** The picture last selected, else the newest, large, with what was asked and what came. */

import { curating } from "./curate.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { briefFacts, factList } from "./facts.ts";
import { t } from "./language.ts";
import { compare, look, looking } from "./looking.ts";
import { outsideFact } from "./outside.ts";
import type { Entry } from "./protocol.ts";
import type { View } from "./studio.ts";
import { Subject } from "./subject.ts";
import { type Toolbar, toolbar } from "./toolbar.ts";

export function stage(all: View): HTMLElement {
	// The bar below a picture is of that picture, whatever else is selected.
	const view = { ...all, alone: true };
	const frame = h("div", { class: "frame" });
	const layers = makeLayers(frame);
	const closely = h("button", { class: "closely", title: t("Look closely (Enter)") });
	on(closely, "click", () => shown !== undefined && look(view, shown));
	frame.append(closely);
	const caption = makeCaption(view);
	const element = h(
		"figure",
		{ class: "stage", "aria-label": t("Picture"), hidden: true },
		frame,
		caption.element,
	);
	let shown: string | undefined;
	const subject = new Subject(view);

	const show = () => {
		const { id } = subject;
		element.hidden = id === undefined;
		if (id === undefined) return;
		showPicture(view, layers, id, id !== shown);
		shown = id;
		showCaption(view, caption, id);
		caption.bar.show(id);
	};
	view.keep(subject.changed.on(show));
	view.keep(view.pictures.listed.on(show));
	view.keep(view.pictures.came.on((id) => id === shown && show()));
	view.keep(view.menu.on(({ id, at }) => caption.bar.menu(id, at, all)));
	on(element, "contextmenu", (event) => {
		if (shown === undefined || !frame.contains(event.target as Node)) return;
		event.preventDefault();
		caption.bar.menu(shown, event);
	});
	view.keep(
		view.kernel.on("show", ({ id }) => {
			subject.open(id);
			element.scrollIntoView?.({ block: "nearest" });
		}),
	);
	view.keep(view.kernel.on("compare", ({ ids }) => compare(view, ids)));
	on(element, "keydown", (event) => {
		if (!(event.target instanceof HTMLElement)) return;
		const act = looking(view, event, shown) ?? curating(view, event, shown);
		if (!act) return;
		event.preventDefault();
		act();
	});
	show();
	return element;
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
	const problem = statusLine("problem");
	on(original, "load", () => frame.classList.add("loaded"));
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
	bar: Toolbar;
}

/** Made once and filled anew: what has the focus keeps it when another part of a picture comes. */
function makeCaption(view: View): Caption {
	const prompt = h("p", {
		class: "said",
		dir: "auto",
		tabindex: 0,
		role: "note",
		"aria-label": t("Its prompt"),
	});
	const summary = h("summary", {}, icon("chevron"), t("Revised by the model"));
	const revised = h("details", { class: "revised" }, summary, h("p", { dir: "auto" }));
	const facts = h("ul", { class: "facts" });
	const bar = toolbar(view);
	const element = h("figcaption", { class: "caption" }, bar.element, bar.told, prompt, revised, facts);
	return { element, prompt, revised, facts, bar };
}

function showCaption(view: View, caption: Caption, id: string): void {
	const { pictures } = view;
	const entry = pictures.entry(id);
	const details = pictures.details(id);
	const revised = details?.revised_prompt ?? "";
	say(caption.prompt, (details ?? entry)?.prompt ?? "");
	say(caption.revised.querySelector("p") as HTMLElement, revised);
	caption.revised.hidden = revised === "";
	caption.facts.replaceChildren(
		...(details ? [...factList(details), ...outsideFact(view, details)] : entry ? briefFacts(entry) : []),
	);
}
