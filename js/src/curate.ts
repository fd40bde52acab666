/** Stars, ratings and the trash: by keys and by buttons, for one picture or for all that are selected. */

import { isAction, perform } from "./actions.ts";
import { tell } from "./clicks.ts";
import type { Entry } from "./protocol.ts";
import type { View } from "./studio.ts";

export const BEST = 5;

/** What an action is meant for: all that are selected if this one is among them, else it alone. */
export function targets({ draft, alone }: View, id: string): string[] {
	if (alone) return [id];
	const selected = draft.get("selected");
	return selected.includes(id) ? selected : [id];
}

export function toggleStar(view: View, ids: string[]): void {
	tell(view, { kind: "star", ids, on: !areStarred(view, ids) });
}

export function rate(view: View, ids: string[], rating: number): void {
	tell(view, { kind: "rate", ids, rating });
}

export function tag(view: View, ids: string[], add: string[], remove: string[]): void {
	tell(view, { kind: "tag", ids, add, remove });
}

export function note(view: View, ids: string[], text: string): void {
	tell(view, { kind: "note", ids, text });
}

export function remove(view: View, ids: string[]): void {
	view.leaving.emit(ids);
	tell(view, { kind: "delete", ids });
}

export function areStarred(view: View, ids: string[]): boolean {
	return ids.every((id) => known(view, id)?.starred === true);
}

/** In the list, or else shown large. */
export function known({ pictures }: View, id: string): Entry | undefined {
	return pictures.entry(id) ?? pictures.details(id);
}

/** What a key does where this picture has the keyboard; none if it is not one of ours. */
export function curating(view: View, event: KeyboardEvent, id: string | undefined): (() => void) | undefined {
	const command = event.ctrlKey || event.metaKey;
	const key = event.key.toLowerCase();
	// What is billed asks for Shift: `a` alone adds a cell to the notebook, where one may think to be.
	if (event.altKey || event.repeat || event.shiftKey !== "av".includes(key)) return undefined;
	if (command) return key === "z" ? () => tell(view, { kind: "undo" }) : undefined;
	if (id === undefined) return undefined;
	const ids = targets(view, id);
	if (key === "t") return () => view.open((dialogs) => dialogs.openTags(view, ids));
	if (key === "s") return () => toggleStar(view, ids);
	if (/^[0-5]$/.test(key)) return () => rate(view, ids, Number(key));
	if (key === "m") return () => view.menu.emit({ id, at: event.target as Element });
	if (isAction(key)) return () => perform(view, key, id, ids);
	return key === "delete" || key === "backspace" ? () => remove(view, ids) : undefined;
}
