/** Pictures that one was made from, and those that were made from it, as thumbnails to go on to. */

import { h } from "./element.ts";
import { t } from "./language.ts";
import type { Details, Kin } from "./protocol.ts";
import type { View } from "./studio.ts";
import { short } from "./wording.ts";

/** Nothing, where it has neither. */
export function lineage(view: View, details: Details, go: (id: string) => void): HTMLElement[] {
	return [
		...family(view, t("Made from"), details.parents ?? [], go),
		...family(view, t("Made from this"), details.children ?? [], go),
	];
}

/** A thumbnail that was not here yet has come. */
export function paintKin({ pictures }: View, panel: HTMLElement, id: string): void {
	const image = panel.querySelector<HTMLImageElement>(`.kin img[data-id="${CSS.escape(id)}"]`);
	const url = image && pictures.thumbnail(id);
	if (url && image.src !== url) image.src = url;
}

function family({ pictures }: View, title: string, kin: Kin[], go: (id: string) => void): HTMLElement[] {
	if (kin.length === 0) return [];
	const items = kin.map(({ id, prompt }) => {
		const name = short(String(prompt), 80) || t("Picture");
		const image = h("img", { src: pictures.thumbnail(id), alt: name, "data-id": id });
		return h("li", {}, h("button", { title: name, onclick: () => go(id) }, image));
	});
	return [h("h3", {}, title), h("ul", { class: "kin" }, ...items)];
}
