/** How pages and news of pictures, in their order, join what is held. No messages, no clock. */

import type { Entry, Filter } from "./protocol.ts";

type Order = Filter["order"];

/**
 * News go where the order has them, in place of what was held of them.
 * `whole`: nothing comes after what is held; else what would stand last is left to its own page.
 */
export function withNews(
	held: Entry[],
	news: Entry[],
	gone: string[],
	order: Order,
	whole: boolean,
): Entry[] {
	const others = new Set([...gone, ...news.map(({ id }) => id)]);
	const entries = held.filter(({ id }) => !others.has(id));
	for (const entry of news) {
		const at = entries.findIndex((other) => comesBefore(entry, other, order));
		if (at >= 0) entries.splice(at, 0, entry);
		else if (whole) entries.push(entry);
	}
	return entries;
}

/** Ids of generations are in the order in which they were asked for. */
function comesBefore(one: Entry, other: Entry, order: Order): boolean {
	if (order === "rating" && one.rating !== other.rating) return one.rating > other.rating;
	const isNewer =
		one.generation === other.generation ? place(one) > place(other) : one.generation > other.generation;
	return order === "oldest" ? !isNewer : isNewer;
}

function place({ id }: Entry): number {
	return Number(id.slice(id.lastIndexOf("-") + 1)) || 0;
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
