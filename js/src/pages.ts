/** The list as far as it was asked for, each picture at its place: what pages and news make of it. No messages, no clock. */

import type { Entry, Filter } from "./protocol.ts";

type Order = Filter["order"];

/** As long as the pictures are many; where nothing is, a picture was not asked for yet. */
export type Slots = (Entry | undefined)[];

/** A page says what stands from `offset` on, and how many there are; a picture stands at one place alone. */
export function withPage(held: Slots, offset: number, page: Entry[], total: number): Slots {
	const ids = new Set(page.map(({ id }) => id));
	const slots = Array.from({ length: total }, (_, place) => {
		const entry = held[place];
		return entry && !ids.has(entry.id) ? entry : undefined;
	});
	for (const [at, entry] of page.entries()) if (offset + at < total) slots[offset + at] = entry;
	return slots;
}

/**
 * News go where the order has them, in place of what was held of them. `sure` is false where they may stand
 * elsewhere, among pictures that were not asked for: their pages are to be asked for once more.
 */
export function withNews(
	held: Slots,
	news: Entry[],
	gone: string[],
	order: Order,
	total: number,
): { slots: Slots; sure: boolean } {
	const others = new Set([...gone, ...news.map(({ id }) => id)]);
	const slots = held.filter((entry) => !entry || !others.has(entry.id));
	let sure = true;
	for (const entry of news) {
		const after = slots.findIndex((other) => other && comesBefore(entry, other, order));
		const place = after < 0 ? slots.length : after;
		sure &&= place === 0 || slots[place - 1] !== undefined;
		slots.splice(place, 0, entry);
	}
	sure &&= slots.length === total;
	return { slots: Array.from({ length: total }, (_, place) => slots[place]), sure };
}

/** Ids of generations are in the order in which they were asked for. */
function comesBefore(one: Entry, other: Entry, order: Order): boolean {
	if (order === "rating" && one.rating !== other.rating) return one.rating > other.rating;
	const isNewer =
		one.generation === other.generation ? index(one) > index(other) : one.generation > other.generation;
	return order === "oldest" ? !isNewer : isNewer;
}

function index({ id }: Entry): number {
	return Number(id.slice(id.lastIndexOf("-") + 1)) || 0;
}
