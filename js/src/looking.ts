/** Opens a picture over the whole page, or several against each other; the code for it comes when first asked for. */

import type { View } from "./studio.ts";

const COMPARED = [2, 3, 4];

export function look(view: View, id: string): void {
	view.open(({ openViewer }) => openViewer(view, id));
}

/** The pictures that a press of Compare would open; none where too few or too many are selected. */
export function compared({ draft }: View): string[] {
	const selected = draft.get("selected");
	return COMPARED.includes(selected.length) ? selected : [];
}

export function compare(view: View, ids: string[]): void {
	view.open(({ openCompare }) => openCompare(view, ids));
}

/** What a key opens where this picture has the keyboard; none if it is not one of these. */
export function looking(view: View, event: KeyboardEvent, id: string | undefined): (() => void) | undefined {
	if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return undefined;
	const isOn = (event.target as Element).closest("button, summary, input");
	if (event.key === "Enter" && id !== undefined && !isOn) return () => look(view, id);
	const ids = compared(view);
	return event.key.toLowerCase() === "c" && ids.length > 0 ? () => compare(view, ids) : undefined;
}
