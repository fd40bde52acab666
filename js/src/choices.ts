/** The pictures that are compared, each with its number and what tells it apart; one of them is chosen. */

import { distinctions } from "./distinctions.ts";
import { h, say } from "./element.ts";
import { t } from "./language.ts";
import type { Details } from "./protocol.ts";
import type { View } from "./studio.ts";

export interface Choices {
	element: HTMLElement;
	/** `shown`: the places of those that are seen now. */
	mark(chosen: number, shown: number[]): void;
	/** More of a picture has come. */
	paint(): void;
}

export function choices(view: View, ids: string[], choose: (place: number) => void): Choices {
	const buttons = ids.map((_, place) => choice(place, () => choose(place)));
	const element = h("div", { class: "choices", role: "group", "aria-label": t("Pictures") }, ...buttons);
	const mark = (chosen: number, shown: number[]) => {
		for (const [place, button] of buttons.entries()) {
			button.setAttribute("aria-pressed", String(place === chosen));
			button.classList.toggle("seen", shown.includes(place));
		}
	};
	return { element, mark, paint: () => paint(view, ids, buttons) };
}

function choice(place: number, act: () => void): HTMLButtonElement {
	const title = t("Choose picture {n} ({n})", { n: place + 1 });
	return h(
		"button",
		{ class: "choice", title, onclick: act },
		h("b", {}, String(place + 1)),
		h("img", { alt: "", hidden: true }),
		h("span", { class: "apart" }),
	);
}

function paint({ pictures }: View, ids: string[], buttons: HTMLElement[]): void {
	const details = ids.map((id) => pictures.details(id));
	const known = details.filter((each): each is Details => each !== undefined);
	const told = known.length === ids.length ? distinctions(known) : [];
	for (const [place, button] of buttons.entries()) {
		const image = button.querySelector("img") as HTMLImageElement;
		const url = pictures.thumbnail(ids[place] as string);
		image.hidden = !url;
		if (url && image.src !== url) image.src = url;
		say(button.querySelector(".apart") as Element, (told[place] ?? []).join(" · "));
	}
}
