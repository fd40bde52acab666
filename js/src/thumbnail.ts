/** One picture in the strip, as an option of its list: its place, its marks, its thumbnail once that is here. */

import { h, icon, say } from "./element.ts";
import { t } from "./language.ts";
import type { Pictures } from "./pictures.ts";
import type { Entry } from "./protocol.ts";
import { short } from "./wording.ts";

/** An entry that was not asked for yet has neither a prompt nor an id. */
export function makeOption(id: string | undefined): HTMLElement {
	return h("div", { class: "thumbnail", role: "option", "data-id": id, tabindex: -1 });
}

export function describe(option: HTMLElement, entry: Entry | undefined, place: number, total: number): void {
	const { prompt = "", starred = false, rating = 0 } = entry ?? {};
	const told = `${starred ? t(", starred") : ""}${rating ? t(", rated {n}", { n: rating }) : ""}`;
	const stands = t("{n} of {total}", { n: place + 1, total });
	const name = `${short(String(prompt), 80) || t("Picture")}, ${stands}${told}`;
	if (option.getAttribute("aria-label") === name) return;
	option.setAttribute("aria-label", name);
	option.setAttribute("aria-posinset", String(place + 1));
	option.setAttribute("aria-setsize", String(total));
	option.title = name;
	option.querySelector(".marks")?.remove();
	if (!told) return;
	const marks = h("span", { class: starred ? "marks starred" : "marks" }, icon("star"), h("b"));
	say(marks.querySelector("b") as Element, rating ? String(rating) : "");
	option.append(marks);
}

/** `ask`: whether what is not here is to come. */
export function paint(option: HTMLElement, pictures: Pictures, id: string, ask: boolean): void {
	const url = pictures.thumbnail(id, ask);
	const missing = pictures.missing(id, "thumbnail");
	const image = option.querySelector("img");
	if (option.classList.toggle("missing", missing !== undefined) && !option.querySelector(".icon"))
		option.prepend(icon("picture"));
	option.title = missing ?? option.getAttribute("aria-label") ?? "";
	if (!url || image?.src === url) return;
	if (image) image.src = url;
	else option.prepend(h("img", { src: url, alt: "", decoding: "async", draggable: "false" }));
}
