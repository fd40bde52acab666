/**
 * What the kernel and the browser say to each other: the synced traits and the custom messages.
 * Types only; `nbimagegen/studio/messages.py` is the kernel's side of the same page.
 */

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
	/** Picture ids, in the order in which they were selected. */
	selected: string[];
	/** The picture that is being changed, by id; "" where a new one is made. */
	source: string;
	/** Ids of pictures, or of files that were uploaded, that go along with the prompt, in their order. */
	references: string[];
	/** What the strip is narrowed down to; nothing is left out of it that asks for something. */
	filter: Filter;
	// Only the kernel sets these.
	running: Job[];
	/** Jobs in all; `running` carries the first fifty. */
	_running_count: number;
	/** Pictures in the session. A number that differs from what the page holds means: ask for a page again. */
	_count: number;
	_notices: Notice[];
	/** What the session may spend and has spent; empty where it has no budget. */
	_budget: Budget;
	/** What a press of Generate would cost; empty where nobody knows. */
	_estimate: Estimate;
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
	/** Shortened with "…" where long. */
	prompt: string;
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
	/** Pictures that were put into the trash, to be taken out again. */
	restore: string[];
}

/** What the catalogue says a control may hold. */
export interface Parameter {
	name: string;
	label: string;
	/**
	 * choice: one of `choices`. size: "WIDTHxHEIGHT" typed freely, `choices` are suggestions.
	 * text: free text, `choices` are suggestions.
	 */
	type: "choice" | "size" | "text" | "integer" | "number" | "boolean";
	choices: string[];
	minimum: number | null;
	maximum: number | null;
	/** What the gateway does when this is not sent. Shown as "default (…)"; never sent. Null: unknown. */
	default: string | number | boolean | null;
	help: string;
}

export interface Model {
	id: string;
	/** Most pictures one call may ask for (the kernel splits it into several requests where the model takes fewer). */
	max_images: number;
	/** Most pictures one request gives. */
	max_images_per_request: number;
	/** Most characters in a prompt; null: unknown. */
	prompt_limit: number | null;
	parameters: Parameter[];
}

export interface Gateway {
	id: string;
	label: string;
	/** Whether a request could be sent now (a key was found, or none is needed). */
	ready: boolean;
	/** The environment variable that would hold its key; null where none is needed. */
	key_variable: string | null;
	default_model: string;
	/** Those that it is known to serve, each with all that it takes here. */
	models: Model[];
	/** What every model on this gateway takes; the rows of `models` contain it already. */
	parameters: Parameter[];
	/** Names that the gateway itself lists, once it was asked by `models`; nothing more is known of them. */
	listed: string[];
	/** The gateway's advice about prompts; may be empty. */
	note: string;
}

/** One picture in the strip. */
export interface Entry {
	id: string;
	generation: string;
	/** Shortened; the whole prompt comes with `details`. */
	prompt: string;
	model: string;
	width: number;
	height: number;
	starred: boolean;
	/** 1 to 5; 0 is not rated. */
	rating: number;
}

/** All that is known of one picture, for the large view. */
export interface Details extends Entry {
	gateway: string;
	/** What was asked ("1536x1024", "16:9", "16:9 2K"); "" where it was left to the model. */
	asked: string;
	/** The size that came back, "WIDTHxHEIGHT". */
	got: string;
	/** From first sending to being saved; null where unknown. */
	seconds: number | null;
	/** ISO 8601, UTC. */
	created: string;
	/** "PNG", "JPEG", "WebP", "GIF". */
	format: string;
	/** Bytes on disk. */
	bytes: number;
	revised_prompt: string;
	parameters: Values;
	extra: Values;
	/** Pictures asked for and received by its generation. */
	asked_count: number;
	got_count: number;
	/** What came otherwise than asked, by parameter: asked, then got. */
	differences: Record<string, [string, string]>;
	/** What one such picture costs, in US dollars; null where unknown. */
	cost: number | null;
}

/** Browser to kernel. The one marked + carries one binary buffer. */
export type Request =
	/** A view opened: from now on, pictures that arrive are pushed to it. Answered by `catalog` and `page`. */
	| { kind: "hello" }
	/** `click` is fresh for each press; the kernel runs a click once. Answered by `acknowledged` or `refused`. */
	| {
			kind: "generate";
			click: string;
			prompt: string;
			gateway: string;
			model: string;
			n: number;
			parameters: Values;
			extra: Values;
	  }
	| { kind: "cancel"; click: string; generation: string }
	/** Makes a new generation of what failed; this may be billed. */
	| { kind: "retry"; click: string; generation: string }
	/** Fetches pictures again that were made and not handed over; this is free. */
	| { kind: "download"; click: string; generation: string }
	/** Answered by `failure`. */
	| { kind: "failure"; generation: string }
	/** Asks the gateway for its own list, which is free. Answered by `catalog`, or not at all. */
	| { kind: "models"; gateway: string }
	/** In the order of `query`; `before` is the last picture that the page has, null for the first. Answered by `page`. */
	| { kind: "page"; before: string | null; limit: number; query: Filter }
	/** Answered by one `thumbnail` (or `missing`) each. At most 64 ids. */
	| { kind: "thumbnails"; ids: string[] }
	| { kind: "original"; id: string }
	| { kind: "details"; id: string }
	/** Answered by `file`, or `missing`. */
	| { kind: "file"; id: string }
	/** Marks of pictures, at most 64 at once. */
	| { kind: "star"; click: string; ids: string[]; on: boolean }
	| { kind: "rate"; click: string; ids: string[]; rating: number }
	/** Into the trash, and out of it. */
	| { kind: "delete"; click: string; ids: string[] }
	| { kind: "restore"; click: string; ids: string[] }
	/** Takes back the last change of marks or deletion that was made in this kernel. */
	| { kind: "undo"; click: string }
	/**
	 * + A part of a picture's file, at most 4 MiB, to read how it was made; the first is 0. The last is answered by
	 * `settings`, and what was found stands in the controls: nothing is made of it.
	 */
	| { kind: "read"; click: string; upload: string; part: number; parts: number }
	/**
	 * + Typed once into the key field; kept in the kernel's memory, and with `save` in the system's keyring as
	 * well. Answered by `acknowledged` and `catalog`, or `refused`.
	 */
	| { kind: "key"; click: string; gateway: string; save: boolean }
	| { kind: "dismiss"; notice: string }
	/** Answered by `dialogs`. */
	| { kind: "dialogs" };

/** Some pictures that fit a query, in its order; `gone` are those of the same generations that do not, or no more. */
export interface Listed {
	query: Filter;
	pictures: Entry[];
	/** Of those that fit. */
	total: number;
	/** Of all in the session. */
	count: number;
}

/** Kernel to browser. Those marked + carry one binary buffer. */
export type Reply =
	/**
	 * `now`: the kernel's clock, seconds since 1970, to show elapsed times by.
	 * `models`: what a model takes whichever gateway serves it, for those that a gateway does not list.
	 * `keyring`: whether this computer has one that a key can be saved in.
	 */
	| { kind: "catalog"; now: number; gateways: Gateway[]; models: Model[]; keyring: boolean }
	| ({ kind: "page"; before: string | null; models?: string[]; tags?: string[] } & Listed)
	/** Pictures that have just been made; their thumbnails follow by themselves. */
	| ({ kind: "arrived"; gone: string[] } & Listed)
	/** Pictures whose marks are others now. */
	| ({ kind: "changed"; gone: string[] } & Listed)
	/** Shows this picture large, whatever is selected, until one is chosen in the strip or Generate is pressed. */
	| { kind: "show"; id: string }
	/** + The code of the dialogs, and in a second buffer their sheet. */
	| { kind: "dialogs" }
	/** + A running job's newest unfinished picture, small. `index` counts what the gateway has sent of it. */
	| { kind: "partial"; generation: string; index: number; type: string }
	/** + */
	| { kind: "thumbnail"; id: string; type: string }
	/** + The very bytes that the gateway gave. */
	| { kind: "original"; id: string; type: string }
	/** + The file as it leaves, with how it was made inside; a second buffer holds that, as JSON, where it cannot be inside. */
	| { kind: "file"; id: string; name: string; type: string }
	| { kind: "missing"; id: string; what: "thumbnail" | "original" | "details" | "file"; message: string }
	| { kind: "details"; details: Details }
	/** The whole of what a notice says, and what the model wrote where a picture was expected. */
	| { kind: "failure"; generation: string; message: string; text: string }
	/** What was found in the file of an upload, as a sentence. */
	| { kind: "settings"; upload: string; found: boolean; message: string }
	| { kind: "acknowledged"; click: string }
	| { kind: "refused"; click: string; message: string };
