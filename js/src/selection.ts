/** What a press in the strip selects, as plain functions of what was selected before. */

export interface Selection {
	/** In the order in which they were selected. */
	ids: string[];
	/** Where a range begins. */
	anchor: string | null;
	/** Where the keyboard is. */
	active: string | null;
}

export const NOTHING: Selection = { ids: [], anchor: null, active: null };

export function only(id: string): Selection {
	return { ids: [id], anchor: id, active: id };
}

export function toggled({ ids }: Selection, id: string): Selection {
	const without = ids.filter((other) => other !== id);
	return { ids: without.length < ids.length ? without : [...ids, id], anchor: id, active: id };
}

/** From the anchor to `id`, in that direction, so that the picture last reached is the last selected. */
export function ranged(order: string[], { anchor, active }: Selection, id: string): Selection {
	const from = order.indexOf(anchor ?? active ?? id);
	const to = order.indexOf(id);
	if (from < 0 || to < 0) return only(id);
	const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
	return { ids: to < from ? range.reverse() : range, anchor: order[from] ?? id, active: id };
}

/** All of them, oldest first as in `studio.images`, so that the newest is the one shown. */
export function all(order: string[], { active }: Selection): Selection {
	return { ids: [...order].reverse(), anchor: order[0] ?? null, active: active ?? order[0] ?? null };
}

/** What stands `steps` further on, stopping at the ends; the first if the keyboard was nowhere yet. */
export function moved(order: string[], { active }: Selection, steps: number): string | undefined {
	const at = active === null ? -1 : order.indexOf(active);
	if (at < 0) return order[0];
	return order[Math.max(0, Math.min(order.length - 1, at + steps))];
}
