/** How a page of pictures, newest first, joins what is held. No messages, no clock. */

import type { Entry } from "./protocol.ts";

/** Pictures that have just been made go in front; one that is held already stays where it is. */
export function withArrived(held: Entry[], arrived: Entry[]): Entry[] {
	const known = new Set(held.map(({ id }) => id));
	return [...arrived.filter(({ id }) => !known.has(id)), ...held];
}

/**
 * A page says what truly stands after `before`, so it replaces what is held there as far as it reaches.
 * What is held beyond it stays if the two meet; after a gap it is dropped and will be asked for again.
 */
export function withPage(held: Entry[], before: string | null, page: Entry[]): Entry[] {
	const start = before === null ? 0 : held.findIndex(({ id }) => id === before) + 1;
	if (before !== null && start === 0) return held;
	const last = page.at(-1);
	const meet = last ? held.findIndex(({ id }) => id === last.id) : -1;
	const rest = meet >= start ? held.slice(meet + 1) : [];
	return unique([...held.slice(0, start), ...page, ...rest]);
}

function unique(entries: Entry[]): Entry[] {
	return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}
