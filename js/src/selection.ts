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

/** All between the anchor and `id`, both among them, so that the picture last reached is the last selected. */
export function ranged(between: string[], anchor: string, id: string): Selection {
	return { ids: between[0] === id ? [...between].reverse() : between, anchor, active: id };
}

/** All of them, oldest first as in `studio.images`, so that the newest is the one shown. */
export function all(order: string[], { active }: Selection): Selection {
	return { ids: [...order].reverse(), anchor: order[0] ?? null, active: active ?? order[0] ?? null };
}

/** What was selected, and these too. */
export function joined({ ids, anchor, active }: Selection, more: string[]): Selection {
	return { ids: [...new Set([...ids, ...more])], anchor: anchor ?? more[0] ?? null, active };
}

/** The place `steps` further on, stopping at the ends; the first if the keyboard was nowhere yet. */
export function moved(place: number, steps: number, count: number): number {
	return place < 0 ? 0 : Math.max(0, Math.min(count - 1, place + steps));
}
