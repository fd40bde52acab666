/** The line between two pictures that lie over each other, to be drawn to and fro by mouse, finger or keys. */

import { h, on } from "./element.ts";
import { t } from "./language.ts";

const STEP = 2;

/** `window` learns where it stands, in hundredths of its width, as `--at`. */
export function divider(window: HTMLElement): HTMLElement {
	let at = 50;
	const element = h("div", {
		class: "divider",
		role: "slider",
		tabindex: 0,
		"aria-label": t("Where one picture ends and the other begins"),
		"aria-valuemin": 0,
		"aria-valuemax": 100,
	});
	const put = (to: number) => {
		at = Math.min(100, Math.max(0, to));
		window.style.setProperty("--at", `${at}%`);
		element.setAttribute("aria-valuenow", String(Math.round(at)));
	};
	on(element, "pointerdown", (event) => {
		element.setPointerCapture?.(event.pointerId);
		// The element would be dragged as text is.
		event.preventDefault();
		element.focus();
	});
	on(element, "pointermove", ({ clientX, pointerId }) => {
		if (!element.hasPointerCapture?.(pointerId)) return;
		const { left, width } = window.getBoundingClientRect();
		put((100 * (clientX - left)) / (width || 1));
	});
	on(element, "keydown", (event) => {
		const to = { ArrowLeft: at - STEP, ArrowRight: at + STEP, Home: 0, End: 100 }[event.key];
		if (to === undefined) return;
		event.preventDefault();
		put(to);
	});
	put(at);
	return element;
}
