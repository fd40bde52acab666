/** A dialog over the whole page, in the studio's own clothes; what had the focus before gets it back. */

import { place } from "./dialog-place.ts";
import { h, on } from "./element.ts";
import { type Undo, undoing } from "./signal.ts";
import type { View } from "./studio.ts";

export interface Dialog {
	element: HTMLDialogElement;
	close(): void;
	/** What is to be undone when it closes; the view itself may live on for hundreds of dialogs. */
	keep(undo: Undo): Undo;
}

/** Opens at once. Escape closes it, and so does the end of the view; `closed` is told once. */
export function openDialog(
	view: View,
	properties: { label: string; class: string },
	children: (Node | string)[],
	closed?: () => void,
): Dialog {
	const element = h("dialog", { class: properties.class, "aria-label": properties.label }, ...children);
	const before = (view.root.getRootNode() as Document).activeElement as HTMLElement | null;
	const { keep, undo } = undoing();
	const close = () => element.close();
	const release = view.keep(() => element.isConnected && close());
	on(element, "close", () => {
		release();
		undo();
		element.remove();
		before?.focus({ preventScroll: true });
		closed?.();
	});
	view.root.append(element);
	element.showModal();
	place(element, view.root, keep);
	return { element, close, keep };
}
