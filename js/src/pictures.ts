/**
 * The session's pictures as this page knows them, shared by all views of one studio: the list in pages,
 * thumbnails and originals as object URLs, pulled by id and kept. Knows nothing of how they are shown.
 */

import { type Draft, same } from "./draft.ts";
import type { HostModel, Kernel } from "./kernel.ts";
import { objectUrl, revoke } from "./object-url.ts";
import { withNews, withPage } from "./pages.ts";
import type { Details, Entry, Filter, Listed, Reply } from "./protocol.ts";
import { Pulls } from "./pulls.ts";
import { Signal, type Undo } from "./signal.ts";

const PAGE = 48;
const THUMBNAILS_A_MESSAGE = 64;
/** Bytes of originals that the page keeps; the ones seen longest ago go first. */
const ORIGINALS_KEPT = 192 * 2 ** 20;
/** How long a count may run ahead of the pictures that it counts before they are asked for. */
const GRACE = 600;
/** What may be missing of a picture until there is other news of it. */
const MISSED = ["thumbnail", "original", "details"];
const HELLO_AGAIN = [700, 2000, 6000, 20_000];

type Page = Extract<Reply, { kind: "page" }>;
type News = Listed & { gone: string[] };
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

	/** Those that fit the filter, as far as they were asked for. */
	entries: Entry[] = [];
	/** How many fit the filter. */
	total = 0;
	/** How many there are in the session. */
	count = 0;
	/** What can be looked for. */
	models: string[] = [];
	tags: string[] = [];

	readonly #kernel: Kernel;
	readonly #model: HostModel;
	readonly #thumbnails = new Map<string, string>();
	readonly #originals = new Map<string, Original>();
	readonly #details = new Map<string, Details>();
	readonly #missing = new Map<string, string>();
	readonly #pulls: Record<Part | "page", Pulls>;
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
			page: new Pulls(1, ([before]) => this.#askPage(before || null)),
		};
		this.#listen(keep);
		keep(draft.changed.on((name) => name === "filter" && this.#narrow(draft.get("filter"))));
		keep(() => this.#forget());
		this.#greet(HELLO_AGAIN);
	}

	/** Whether the entries are those that were last asked for. */
	get settled(): boolean {
		return same(this.#query, this.#fitting);
	}

	/** Where there are more pictures than those listed, ask for the next page. */
	more(): void {
		const last = this.entries.at(-1);
		if (this.settled && last && this.entries.length < this.total) this.#pulls.page.want(last.id);
	}

	/** Looks at the first page once more: what can be looked for may be something else by now. */
	refresh(): void {
		this.#pulls.page.came("");
		this.#pulls.page.want("");
	}

	/** Asks for the file as it leaves; whoever saves it hears the kernel's answer. */
	wantFile(id: string): void {
		this.#pulls.file.want(id);
	}

	thumbnail(id: string): string | undefined {
		return this.#have("thumbnail", this.#thumbnails, id);
	}

	original(id: string): Original | undefined {
		const original = this.#have("original", this.#originals, id);
		if (original) this.#refresh(id, original);
		return original;
	}

	details(id: string): Details | undefined {
		return this.#have("details", this.#details, id);
	}

	entry(id: string): Entry | undefined {
		return this.entries.find((entry) => entry.id === id);
	}

	/** Why this part of a picture cannot be shown, as the kernel's sentence. */
	missing(id: string, what: "thumbnail" | "original" | "details"): string | undefined {
		return this.#missing.get(`${what} ${id}`);
	}

	#have<T>(what: "thumbnail" | "original" | "details", held: Map<string, T>, id: string): T | undefined {
		const found = held.get(id);
		if (found === undefined && !this.missing(id, what)) this.#pulls[what].want(id);
		return found;
	}

	#listen(keep: (undo: Undo) => void): void {
		const kernel = this.#kernel;
		keep(kernel.on("page", (page) => this.#takePage(page)));
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
		this.#pulls.page.want("");
	}

	#takePage({ before, pictures, query, total, count, models, tags }: Page): void {
		this.#greeted = true;
		// The answer to an older question says nothing of the newer one.
		if (!same(query, this.#query)) return;
		this.#pulls.page.came(before ?? "");
		if (!this.settled && before !== null) return;
		this.entries = this.settled ? withPage(this.entries, before, pictures) : pictures;
		this.#fitting = this.#query;
		this.#reconsider(pictures.map(({ id }) => id));
		// A page that brings nothing ends the list, whatever was counted; else it would be asked for forever.
		this.total = pictures.length === 0 && before !== null ? this.entries.length : total;
		this.count = count;
		this.models = models ?? this.models;
		this.tags = tags ?? this.tags;
		this.listed.emit();
	}

	#takeNews({ pictures, gone, query, total, count }: News, areNew: boolean): void {
		for (const { id, starred, rating } of pictures) {
			const details = this.#details.get(id);
			if (details) this.#details.set(id, { ...details, starred, rating });
		}
		for (const id of gone) this.#details.delete(id);
		this.#reconsider([...gone, ...pictures.map(({ id }) => id)]);
		if (this.settled && same(query, this.#query)) {
			const whole = this.entries.length >= this.total;
			this.entries = withNews(this.entries, pictures, gone, query.order, whole);
			this.total = total;
			this.count = count;
		}
		this.listed.emit();
		if (areNew) this.arrived.emit(pictures);
		this.#recountLater();
	}

	#takeThumbnail(id: string, type: string, bytes: DataView | undefined): void {
		if (!bytes) return;
		revoke(this.#thumbnails.get(id));
		this.#thumbnails.set(id, objectUrl(bytes, type));
		this.#settle("thumbnail", id);
	}

	#takeOriginal(id: string, type: string, bytes: DataView | undefined): void {
		if (!bytes || this.#originals.has(id)) return;
		this.#originals.set(id, { url: objectUrl(bytes, type), bytes: bytes.byteLength });
		this.#makeRoom();
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

	#askPage(before: string | null): void {
		this.#kernel.send({ kind: "page", before, limit: PAGE, query: this.#query });
	}

	#refresh(id: string, original: Original): void {
		this.#originals.delete(id);
		this.#originals.set(id, original);
	}

	#makeRoom(): void {
		let bytes = [...this.#originals.values()].reduce((sum, original) => sum + original.bytes, 0);
		for (const [id, original] of this.#originals) {
			if (bytes <= ORIGINALS_KEPT || this.#originals.size === 1) return;
			bytes -= original.bytes;
			this.#originals.delete(id);
			revoke(original.url);
		}
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
		for (const url of this.#thumbnails.values()) revoke(url);
		for (const { url } of this.#originals.values()) revoke(url);
	}
}
