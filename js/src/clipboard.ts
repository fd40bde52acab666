/** Puts a picture or words into the clipboard; where the page may not, says so plainly. */

import { h } from "./element.ts";
import { t } from "./language.ts";

/** Returns what is to be said of it. */
export async function copyImage(image: HTMLImageElement): Promise<string> {
	if (typeof ClipboardItem === "undefined" || !navigator.clipboard?.write) {
		return t("This page may not copy pictures: its address is not https. Download the picture instead.");
	}
	try {
		// Begun within the press, as Safari wants it. All clipboards take PNG, and no other type.
		await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(image) })]);
		return t("Copied the picture.");
	} catch {
		return t("The browser did not allow copying the picture. Download it instead.");
	}
}

/** Returns what is to be said of it. */
export async function copyText(text: string, root: HTMLElement): Promise<string> {
	const done = t("Copied the prompt.");
	try {
		await navigator.clipboard.writeText(text);
		return done;
	} catch {
		// Without https there is no `navigator.clipboard`; the old way works still.
		return copyByHand(text, root)
			? done
			: t("The browser did not allow copying. Select the words and copy them.");
	}
}

function copyByHand(text: string, root: HTMLElement): boolean {
	const field = h("textarea", { class: "hidden", readonly: true, "aria-hidden": "true" });
	const before = (root.getRootNode() as Document).activeElement as HTMLElement | null;
	field.value = text;
	root.append(field);
	field.select();
	const done = document.execCommand("copy");
	field.remove();
	before?.focus();
	return done;
}

function asPng(image: HTMLImageElement): Promise<Blob> {
	const canvas = h("canvas", { width: image.naturalWidth, height: image.naturalHeight });
	canvas.getContext("2d")?.drawImage(image, 0, 0);
	return new Promise((made, failed) => {
		canvas.toBlob((blob) => (blob ? made(blob) : failed(new Error("The picture could not be encoded."))));
	});
}
