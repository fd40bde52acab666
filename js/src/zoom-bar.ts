/** The buttons of a window that zooms: out, how far, in; the whole picture or its very pixels. */

import { drawing, h, say } from "./element.ts";
import { percent, t } from "./language.ts";
import type { Placement } from "./placement.ts";
import { hundredths, type Zoom } from "./zoom.ts";

const LINES = { out: "M6 12h12", in: "M6 12h12M12 6v12" };

export interface ZoomBar {
	element: HTMLElement;
	/** Says how far it is zoomed. */
	show(placement: Placement): void;
}

/** `zoom` is asked for at each press: another window may stand there by then. */
export function zoomBar(zoom: () => Zoom | undefined): ZoomBar {
	const far = h("button", {
		class: "button quiet percent",
		onclick: () => zoom()?.toggle(),
		title: t("The whole picture, or one pixel a pixel (Z)"),
	});
	const element = h(
		"div",
		{ class: "row zoom", role: "group", "aria-label": t("Zoom") },
		toolButton(LINES.out, t("Zoom out (−)"), () => zoom()?.step(-1)),
		far,
		toolButton(LINES.in, t("Zoom in (+)"), () => zoom()?.step(1)),
	);
	return { element, show: (placement) => say(far, percent(hundredths(placement) / 100)) };
}

/** A button that is an icon; its title is its name. */
export function toolButton(line: string, title: string, act: () => void): HTMLButtonElement {
	return h("button", { class: "button quiet tool", title, "aria-label": title, onclick: act }, drawing(line));
}
