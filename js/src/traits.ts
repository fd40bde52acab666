/** The synced state of a studio: what controls hold, what runs, and what is said; types only. */

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Values = Record<string, Value>;

/** Synced state: small, and never a picture, an address or a key. */
export interface Traits {
	// Both sides may set these.
	prompt: string;
	gateway: string;
	model: string;
	n: number;
	parameters: Values;
	extra: Values;
	/** Picture ids, in the order in which they were selected: the last sixty of them. */
	selected: string[];
	/** The picture that is being changed, by id; "" where a new one is made. */
	source: string;
	/** Ids of pictures, or of files that were uploaded, that go along with the prompt, in their order. */
	references: string[];
	/** What the strip is narrowed down to; nothing is left out of it that asks for something. */
	filter: Filter;
	// Only the kernel sets these.
	/** What `ImageStudio(language=…)` says; null: the host's. */
	language: string | null;
	running: Job[];
	/** Jobs in all; `running` carries the first fifty. */
	_running_count: number;
	/** How many are selected; `selected` carries the last sixty. */
	_selected_count: number;
	/** Pictures in the session. A number that differs from what the page holds means: ask for a page again. */
	_count: number;
	_notices: Notice[];
	/** What the session may spend and has spent; empty where it has no budget. */
	_budget: Budget;
	/** What a press of Generate would cost; empty where nobody knows. */
	_estimate: Estimate;
	/** What variations of a picture would cost. */
	_vary_estimate: Estimate;
	/** What `{name}` in the prompt is filled with; empty where it is sent as it stands. */
	_fills: Fills;
	/** The mask of `source`; empty where there is none. */
	_mask: Mask;
}

/** Where a picture may change. Its pixels are pulled by `mask`. */
export interface Mask {
	/** The picture that it belongs to, by id. */
	source?: string;
	/** The `upload` that painted it, so that a page knows its own again; an id of its own where Python set it. */
	revision?: string;
	/** How much of the picture may change, from 0 to 1. */
	share?: number;
}

/** Which pictures the strip shows, and in what order; what is left out asks for nothing. */
export interface Filter {
	/** Any part of the prompt, the revised prompt, the note or a tag. */
	text?: string;
	model?: string;
	gateway?: string;
	operation?: string;
	starred?: boolean;
	/** At least so many of 5. */
	rating?: number;
	tag?: string;
	/** Seconds since 1970. */
	since?: number;
	until?: number;
	/** Newest first where left out. */
	order?: "newest" | "oldest" | "rating";
	/** Ids of those that come into question. */
	pictures?: string[];
}

/** In US dollars: by the gateway's own prices, or by those of the model's maker. */
export interface Estimate {
	usd?: number;
	list_usd?: number;
	/** The day of these prices. */
	priced?: string;
}

export interface Fills {
	/** How many it gives, a request each; 0 where it cannot be sent, as `message` says. */
	prompts?: number;
	/** Those that are known; `values` may be shortened with "…". */
	names?: { name: string; count: number; values: string }[];
	/** Names in braces that would stay as they are, and in `message`, why. */
	unknown?: string[];
	message?: string;
	/** The first of the prompts; may be shortened with "…". */
	first?: string;
}

/** A part that has no limit is left out. */
export interface Budget {
	images?: Spending;
	/** In US dollars. */
	usd?: Spending;
}

export interface Spending {
	spent: number;
	limit: number;
}

export interface Job {
	/** The generation's id. */
	id: string;
	/** Shortened with "…" where long; of a variation, that of the picture that is varied. */
	prompt: string;
	/** Left out where it is no variation, or of a picture without a prompt. */
	varies?: true;
	gateway: string;
	model: string;
	n: number;
	status: "queued" | "running";
	/** Seconds since 1970 by the kernel's clock; null while queued. */
	started: number | null;
	/** How long this usually takes, in seconds; null where unknown. */
	expected: number | null;
	/** When it is tried again after "too many requests", by the kernel's clock; left out where it does not wait. */
	waits_until?: number;
}

/** Something that went wrong, as a sentence with the next step. */
export interface Notice {
	id: string;
	level: "error" | "warning" | "info";
	message: string;
	/** What was asked, so that it can be put back into the prompt box; may be shortened with "…". */
	prompt: string;
	/** The generation that failed; null when nothing was sent. */
	generation: string | null;
	may_be_billed: boolean;
	/** Pictures that were made and could not be fetched; fetching them again is not billed. */
	lost: number;
	/** The HTTP status; null where there was none. */
	status: number | null;
	/** The gateway's own id of the request, for its support desk; "" where it gave none. */
	request_id: string;
	/** Whether there is more to read than `message`: the whole comes with `failure`. */
	more: boolean;
	/** Pictures that a call was given from the history, to be looked at. */
	select: string[];
	/** How many pictures were put into the trash, and can be taken out again by `restore`. */
	restore: number;
}
