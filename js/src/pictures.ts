/**
 * The session's pictures as this page knows them, shared by all views of one studio: the list in pages,
 * thumbnails and originals as object URLs, pulled by id and kept. Knows nothing of how they are shown.
 */

import { type Draft, same } from "./draft.ts";
import { Kept } from "./kept.ts";
import type { HostModel, Kernel } from "./kernel.ts";
import { objectUrl, revoke } from "./object-url.ts";
import { type Slots, withNews, withPage } from "./pages.ts";
import type { Details, Entry, Filter, Listed, Reply } from "./protocol.ts";
import { Pulls } from "./pulls.ts";
import { Signal, type Undo } from "./signal.ts";

const PAGE = 48;
const THUMBNAILS_A_MESSAGE = 64;
/** A thumbnail has some 7 kB. */
const THUMBNAILS_KEPT = 400;
const DETAILS_KEPT = 200;
/** Originals: as many as are looked at side by side, with their neighbours; more while they are small. */
const ORIGINALS_KEPT = 12;
const FEWEST_ORIGINALS = 6;
const BYTES_KEPT = 96 * 2 ** 20;
/** How long a count may run ahead of the pictures that it counts before they are asked for. */
const GRACE = 600;
/** What may be missing of a picture until there is other news of it. */
const MISSED = ["thumbnail", "original", "details"];
const HELLO_AGAIN = [700, 2000, 6000, 20_000];

type Page = Extract<Reply, { kind: "page" }>;
type News = Listed & { gone: string[]; many?: boolean };
type Part = "thumbnail" | "original" | "details" | "file";

export interface Original {
	url: string;
	bytes: number;
}

export class Pictures {
	/** The list grew or shrank. */
	readonly listed = new Signal();
	/** A picture's thumbnail, original or details came, or cannot come. */
	readonly came = new Signal<string>();
	readonly arrived = new Signal<Entry[]>();

	/** How many fit the filter. */
	total = 0;
	/** How many there are in the session. */
	count = 0;
	/** What can be looked for. */
	models: string[] = [];
	tags: string[] = [];

	readonly #kernel: Kernel;
	readonly #model: HostModel;
	readonly #thumbnails = new Kept<string>(THUMBNAILS_KEPT, revoke);
	readonly #originals = new Kept<Original>(ORIGINALS_KEPT, ({ url }) => revoke(url));
	readonly #details = new Kept<Details>(DETAILS_KEPT);
	readonly #missing = new Map<string, string>();
	readonly #pulls: Record<Part | "page", Pulls>;
	#slots: Slots = [];
	#places = new Map<string, number>();
	/** Pages that are as the kernel has them, as far as is known. */
	#fresh = new Set<number>();
	/** Who waits for the ids of pictures that were not asked for, and of which. */
	#naming: { offset: number; query: Filter; take: (ids: string[]) => void } | undefined;
	#query: Filter;
	/** What the entries fit: the query, unless its answer is still on the way. */
	#fitting: Filter;
	#greeted = false;
	#timers = new Set<ReturnType<typeof setTimeout>>();

	constructor(model: HostModel, kernel: Kernel, draft: Draft, keep: (undo: Undo) => void) {
		this.#model = model;
		this.#kernel = kernel;
		this.total = this.count = this.#told();
		this.#query = this.#fitting = draft.get("filter");
		this.#pulls = {
			thumbnail: new Pulls(THUMBNAILS_A_MESSAGE, (ids) => kernel.send({ kind: "thumbnails", ids })),
			original: new Pulls(1, ([id]) => id && kernel.send({ kind: "original", id })),
			details: new Pulls(1, ([id]) => id && kernel.send({ kind: "details", id })),
			file: new Pulls(1, ([id]) => id && kernel.send({ kind: "file", id })),
			page: new Pulls(1, ([page]) => this.#askPage(Number(page))),
		};
		// It comes unasked.
		this.#fresh.add(0);
		this.#listen(keep);
		keep(draft.changed.on((name) => name === "filter" && this.#narrow(draft.get("filter"))));
		keep(() => this.#forget());
		this.#greet(HELLO_AGAIN);
	}

	/** Whether the entries are those that were last asked for. */
	get settled(): boolean {
		return same(this.#query, this.#fitting);
	}

	/** What stands at a place of the list; undefined where it was not asked for yet. */
	at(place: number): Entry | undefined {
		return this.#slots[place];
	}

	/** Where a picture stands in the list; -1 where that is not known. */
	place(id: string): number {
		return this.#places.get(id) ?? -1;
	}

	/** The picture that stands so many places further on; one that was not asked for is, and is `listed` later. */
	beside(id: string, steps: number): string | undefined {
		const place = this.#places.get(id);
		if (place === undefined) return undefined;
		this.look(place + steps, place + steps + 1);
		return this.at(place + steps)?.id;
	}

	/** Sees to it that what stands from one place up to another is, or will be, here. */
	look(from: number, to: number): void {
		const last = Math.min(to, this.total);
		if (!this.settled || from < 0) return;
		for (let page = Math.floor(from / PAGE); page * PAGE < last; page++) {
			if (!this.#fresh.has(page)) this.#pulls.page.want(String(page));
		}
	}

	/** Gives the ids of all that stand from one place up to another: at once where they are known. */
	name(from: number, to: number, take: (ids: string[]) => void): void {
		const known = this.#slots.slice(from, to).filter((entry) => entry !== undefined);
		if (known.length === to - from) {
			take(known.map(({ id }) => id));
			return;
		}
		this.#naming = { offset: from, query: this.#query, take };
		this.#kernel.send({ kind: "ids", offset: from, limit: to - from, query: this.#query });
	}

	/** Looks once more: what can be looked for may be something else by now. */
	refresh(): void {
		this.#fresh.clear();
		this.#pulls.page.came("0");
		this.#pulls.page.want("0");
	}

	/** Asks for the file as it leaves; whoever saves it hears the kernel's answer. */
	wantFile(id: string): void {
		this.#pulls.file.want(id);
	}

	/** `ask`: whether it is to come where it is not here. */
	thumbnail(id: string, ask = true): string | undefined {
		return ask ? this.#have("thumbnail", this.#thumbnails, id) : this.#thumbnails.get(id);
	}

	original(id: string): Original | undefined {
		return this.#have("original", this.#originals, id);
	}

	details(id: string): Details | undefined {
		return this.#have("details", this.#details, id);
	}

	entry(id: string): Entry | undefined {
		return this.#slots[this.place(id)];
	}

	/** Why this part of a picture cannot be shown, as the kernel's sentence. */
	missing(id: string, what: "thumbnail" | "original" | "details"): string | undefined {
		return this.#missing.get(`${what} ${id}`);
	}

	#have<T>(what: "thumbnail" | "original" | "details", held: Kept<T>, id: string): T | undefined {
		const found = held.get(id);
		if (found === undefined && !this.missing(id, what)) this.#pulls[what].want(id);
		return found;
	}

	#listen(keep: (undo: Undo) => void): void {
		const kernel = this.#kernel;
		keep(kernel.on("page", (page) => this.#takePage(page)));
		keep(kernel.on("ids", (named) => this.#takeIds(named)));
		keep(kernel.on("arrived", (news) => this.#takeNews(news, true)));
		keep(kernel.on("changed", (news) => this.#takeNews(news, false)));
		keep(kernel.on("file", ({ id }) => this.#pulls.file.came(id)));
		keep(kernel.on("thumbnail", ({ id, type }, bytes) => this.#takeThumbnail(id, type, bytes)));
		keep(kernel.on("original", ({ id, type }, bytes) => this.#takeOriginal(id, type, bytes)));
		keep(kernel.on("details", ({ details }) => this.#takeDetails(details)));
		keep(kernel.on("missing", ({ id, what, message }) => this.#takeMissing(id, what, message)));
		const recount = () => this.#later(GRACE, () => this.#recount());
		this.#model.on("change:_count", recount);
		keep(() => this.#model.off("change:_count", recount));
	}

	#greet([pause, ...pauses]: number[]): void {
		this.#kernel.send({ kind: "hello" });
		if (pause) this.#later(pause, () => !this.#greeted && this.#greet(pauses));
	}

	/** What is held stands until the answer comes, so that nothing flickers while one types. */
	#narrow(query: Filter): void {
		this.#query = query;
		this.#pulls.page.stop();
		this.refresh();
	}

	#takePage({ offset, pictures, query, total, count, models, tags }: Page): void {
		this.#greeted = true;
		// The answer to an older question says nothing of the newer one.
		if (!same(query, this.#query)) return;
		this.#pulls.page.came(String(offset / PAGE));
		if (!this.settled || total !== this.#slots.length) this.#fresh.clear();
		this.#hold(withPage(this.settled ? this.#slots : [], offset, pictures, total));
		this.#fresh.add(offset / PAGE);
		this.#fitting = this.#query;
		this.#reconsider(pictures.map(({ id }) => id));
		this.count = count;
		this.models = models ?? this.models;
		this.tags = tags ?? this.tags;
		this.listed.emit();
	}

	#takeNews({ pictures, gone, query, total, count, many }: News, areNew: boolean): void {
		for (const { id, starred, rating, tags } of pictures) {
			const details = this.#details.get(id);
			if (details) this.#details.set(id, { ...details, starred, rating, tags });
		}
		if (many) this.#details.clear();
		for (const id of gone) this.#details.delete(id);
		this.#reconsider([...gone, ...pictures.map(({ id }) => id)]);
		if (this.settled && same(query, this.#query)) {
			const { slots, sure } = withNews(this.#slots, pictures, gone, query.order, total);
			this.#hold(slots);
			this.#fresh = new Set([...this.#fresh].filter((page) => sure && !many && this.#isWhole(page)));
			this.count = count;
		}
		this.listed.emit();
		if (areNew) this.arrived.emit(pictures);
		this.#recountLater();
	}

	#hold(slots: Slots): void {
		this.#slots = slots;
		this.total = slots.length;
		this.#places = new Map(slots.flatMap((entry, place) => (entry ? [[entry.id, place]] : [])));
	}

	#isWhole(page: number): boolean {
		const end = Math.min((page + 1) * PAGE, this.total);
		for (let place = page * PAGE; place < end; place++) if (!this.#slots[place]) return false;
		return true;
	}

	#takeIds({ offset, query, ids }: Extract<Reply, { kind: "ids" }>): void {
		const asked = this.#naming;
		if (!asked || asked.offset !== offset || !same(query, asked.query)) return;
		this.#naming = undefined;
		asked.take(ids);
	}

	#takeThumbnail(id: string, type: string, bytes: DataView | undefined): void {
		if (!bytes) return;
		this.#thumbnails.set(id, objectUrl(bytes, type));
		this.#settle("thumbnail", id);
	}

	#takeOriginal(id: string, type: string, bytes: DataView | undefined): void {
		if (!bytes || this.#originals.get(id)) return;
		const original = { url: objectUrl(bytes, type), bytes: bytes.byteLength };
		this.#originals.set(id, original, areTooMuch);
		this.#settle("original", id);
	}

	#takeDetails(details: Details): void {
		this.#details.set(details.id, details);
		this.#settle("details", details.id);
	}

	#takeMissing(id: string, what: Part, message: string): void {
		// What could not be saved may be saved at the next press.
		if (what !== "file") this.#missing.set(`${what} ${id}`, message);
		this.#settle(what, id);
	}

	/** What was missing may be there again: a deletion can be taken back. */
	#reconsider(ids: string[]): void {
		for (const id of ids) for (const what of MISSED) this.#missing.delete(`${what} ${id}`);
	}

	#settle(what: Part, id: string): void {
		this.#pulls[what]?.came(id);
		this.came.emit(id);
	}

	#recountLater(): void {
		this.#later(GRACE, () => this.#recount());
	}

	/** News may be dropped on the way, the count is not: where they differ, ask for the newest page. */
	#recount(): void {
		if (this.#told() !== this.count) this.refresh();
	}

	#told(): number {
		const count = this.#model.get("_count");
		return Number.isInteger(count) ? count : 0;
	}

	#askPage(page: number): void {
		this.#kernel.send({ kind: "page", offset: page * PAGE, limit: PAGE, query: this.#query });
	}

	#later(pause: number, action: () => void): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			action();
		}, pause);
		this.#timers.add(timer);
	}

	#forget(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		for (const pulls of Object.values(this.#pulls)) pulls.stop();
		this.#thumbnails.clear();
		this.#originals.clear();
	}
}

function areTooMuch(originals: Original[]): boolean {
	const bytes = originals.reduce((sum, original) => sum + original.bytes, 0);
	return originals.length > FEWEST_ORIGINALS && bytes > BYTES_KEPT;
}
