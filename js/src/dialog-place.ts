/**
 * Where a dialog stands in a frame that is no window of its own. Colab's is as high as the cell's output, and VS
 * Code's as the whole notebook, below the cells' editors: what covers such a frame is out of sight, or too low.
 */

import type { Undo } from "./signal.ts";

/** The least height to work in. */
const LEAST = 560;

/** Puts it in the studio's own place there, where that is in sight; elsewhere it covers the window, as it does. */
export function place(dialog: HTMLElement, root: HTMLElement, keep: (undo: Undo) => void): void {
	if (self === top) return;
	const page = document.documentElement;
	// It alone tells a frame how much of it can be seen.
	const observer = new IntersectionObserver((entries) => {
		observer.disconnect();
		const seen = (target: Element) => entries.find((each) => each.target === target)?.intersectionRect;
		if (dialog.isConnected && !isWindow(seen(page))) keep(stand(dialog, root, seen(root)));
	});
	observer.observe(page);
	observer.observe(root);
	keep(() => observer.disconnect());
}

function isWindow(seen: DOMRectReadOnly | undefined): boolean {
	const isWhole = seen !== undefined && seen.height > innerHeight - 2 && innerHeight >= LEAST;
	return isWhole && !("vscodeThemeKind" in document.body.dataset);
}

function stand(dialog: HTMLElement, root: HTMLElement, seen = new DOMRect()): Undo {
	// A frame that follows its content grows with it.
	root.style.minBlockSize = `${LEAST}px`;
	const { left, right, bottom, width } = root.getBoundingClientRect();
	const height = Math.max(LEAST, seen.height);
	// One that is fixed is not scrolled to.
	dialog.style.position = "absolute";
	dialog.style.inset = `${Math.min(seen.top, bottom - height)}px ${innerWidth - right}px auto ${left}px`;
	dialog.style.setProperty("--wide", `${width}px`);
	dialog.style.setProperty("--high", `${height}px`);
	dialog.scrollIntoView({ block: "nearest" });
	return () => {
		root.style.minBlockSize = "";
	};
}
