/**
 * Paints where a picture may change. What is painted is kept as one goes: to close it, in whichever way, loses
 * nothing.
 */

import { type Dialog, openDialog } from "./dialog.ts";
import { h, on, say, statusLine } from "./element.ts";
import { t } from "./language.ts";
import { MaskLine } from "./mask-line.ts";
import { Painting } from "./mask-painting.ts";
import { controls } from "./painter-controls.ts";
import { Easel } from "./painter-easel.ts";
import type { View } from "./studio.ts";

/** Opens over the page for a picture of the strip or one that was uploaded, as soon as it is here; it is then edited. */
export function openPainter(view: View, id: string): void {
	view.draft.edit({ source: id });
	const told = h("p", { role: "status" }, t("Fetching the picture…"));
	const close = h("button", { class: "button" }, t("Close"));
	const waiting = h("div", { class: "waiting" }, told, close);
	const dialog = openDialog(view, { label: t("Paint a mask"), class: "viewer painter" }, [waiting]);
	on(close, "click", dialog.close);
	const look = async () => {
		const original = view.pictures.original(id);
		if (!original) return say(told, view.pictures.missing(id, "original") ?? told.textContent ?? "");
		stop();
		const image = h("img", { src: original.url, alt: "", draggable: "false" });
		waiting.append(image);
		await image.decode().then(
			() => dialog.element.open && begin(view, dialog, id, image),
			() => say(told, t("This picture cannot be shown.")),
		);
	};
	const stop = view.pictures.came.on((came) => came === id && look());
	dialog.keep(stop);
	look();
}

function begin(view: View, dialog: Dialog, id: string, image: HTMLImageElement): void {
	// Its natural size is that of the picture as a camera wants it turned, whatever the sheet says; this one is not.
	const painting = new Painting({ width: image.offsetWidth, height: image.offsetHeight });
	const told = statusLine("note error");
	const tell = (sentence: string) => {
		say(told, sentence);
		// Said below the picture once the painter is closed.
		if (!dialog.element.open) view.answered.emit(sentence);
	};
	const line = new MaskLine(view, dialog, id, painting, tell);
	const easel = new Easel(painting, image, dialog.keep);
	const done = () => {
		easel.finish();
		line.flush().then(dialog.close);
	};
	const discard = () => {
		easel.drop();
		painting.restart();
		line.flush().then(dialog.close);
	};
	dialog.keep(() => line.flush());
	const { bar, foot, key } = controls(easel, [done, discard], told);
	dialog.element.replaceChildren(h("div", { class: "looking" }, bar, easel.element, foot));
	on(dialog.element, "keydown", (event) => key(event) && event.preventDefault());
	easel.element.focus();
}
