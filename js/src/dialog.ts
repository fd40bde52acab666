/** A dialog over the whole page, in the studio's own clothes; what had the focus before gets it back. */

import { h } from "./element.ts";
import type { View } from "./studio.ts";

export interface Dialog {
	element: HTMLDialogElement;
	close(): void;
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
	const close = () => element.close();
	element.addEventListener("close", () => {
		element.remove();
		before?.focus({ preventScroll: true });
		closed?.();
	});
	view.keep(() => element.isConnected && close());
	view.root.append(element);
	element.showModal();
	return { element, close };
}
