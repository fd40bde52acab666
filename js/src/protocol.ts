/**
 * What the kernel and the browser say to each other: the custom messages, beside the synced traits of `traits.ts`.
 * Types only; `nbimagegen/studio/messages.py` is the kernel's side of the same page.
 */

import type { Estimate, Filter, Values } from "./traits.ts";

export type * from "./traits.ts";

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
	/** With which operations it is sent; empty: with all. */
	operations: Operation[];
}

/** What is asked of a model: a new picture, one changed by words, or others like one. */
export type Operation = "generate" | "edit" | "vary";

export interface Model {
	id: string;
	/** What can be done by it; null where it depends on the gateway that serves it. */
	operations: Operation[] | null;
	/** Most pictures an edit may start from. */
	max_inputs: number;
	/** Whether an edit may be bound to a part of its picture. */
	takes_mask: boolean;
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
	/** What can be done here by models that say nothing else. */
	operations: Operation[];
	/** The same of masks. */
	takes_mask: boolean;
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
	tags: string[];
}

/** All that is known of one picture, for the large view. */
export interface Details extends Entry {
	gateway: string;
	/** What was asked ("1536x1024", "16:9", "16:9 2K"); "" where it was left to the model. */
	asked: string;
	/** The size that came back, "WIDTHxHEIGHT". */
	got: string;
	/** From setting out until all had come; null where unknown. */
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
	note: string;
	operation: string;
	/** How much of what lies outside its mask is another picture now, from 0 to 1; null where nobody can say. */
	changed_outside: number | null;
	/** What the gateway counted for its whole generation; null where it does not say. */
	usage: Values | null;
	/** What its request would cost once more; empty where nobody knows. */
	again: Estimate;
	/** Pictures that it was made from, and the first of those that were made from it; none of them in the trash. */
	parents: Kin[];
	children: Kin[];
}

/** A picture that another was made from, or came to be. */
export interface Kin {
	id: string;
	/** Shortened. */
	prompt: string;
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
			/** How many prompts its user has seen that it gives; 1 where left out. */
			prompts?: number;
			/** Whether names in braces that nobody knows are meant as they stand. */
			as_is?: boolean;
			/** An edit starts from `source`, or else from the first of `references`. */
			operation: "generate" | "edit";
			source: string;
			references: string[];
			/** Whether the mask of `source` binds it. */
			mask: boolean;
	  }
	/** Others like this picture, by the gateway, the model and the settings that are seen. */
	| {
			kind: "vary";
			click: string;
			picture: string;
			gateway: string;
			model: string;
			n: number;
			parameters: Values;
			extra: Values;
	  }
	/** The request that made this picture, once more: never given back from the history. */
	| { kind: "again"; click: string; picture: string }
	| { kind: "cancel_all"; click: string }
	/** Earlier prompts that contain a text; `before` is what `next` said, "" for the first. Answered by `prompts`. */
	| { kind: "prompts"; text: string; before: string }
	| { kind: "cancel"; click: string; generation: string }
	/** Makes a new generation of what failed; this may be billed. */
	| { kind: "retry"; click: string; generation: string }
	/** Fetches pictures again that were made and not handed over; this is free. */
	| { kind: "download"; click: string; generation: string }
	/** Answered by `failure`. */
	| { kind: "failure"; generation: string }
	/** Asks the gateway for its own list, which is free. Answered by `catalog`, or not at all. */
	| { kind: "models"; gateway: string }
	/** In the order of `query`, from the picture at the place `offset` on; the first is 0. Answered by `page`. */
	| { kind: "page"; offset: number; limit: number; query: Filter }
	/** As `page`, the ids alone, and of many. Answered by `ids`. */
	| { kind: "ids"; offset: number; limit: number; query: Filter }
	/** Selects more than the trait `selected` carries. */
	| { kind: "select"; ids: string[] }
	/** Asks for all that are selected, where there are more than `selected` carries. Answered by `selection`. */
	| { kind: "selection" }
	/** Answered by one `thumbnail` (or `missing`) each. At most 64 ids. */
	| { kind: "thumbnails"; ids: string[] }
	| { kind: "original"; id: string }
	| { kind: "details"; id: string }
	/** Answered by `file`, or `missing`. */
	| { kind: "file"; id: string }
	/** Marks of pictures, of as many as one likes. */
	| { kind: "star"; click: string; ids: string[]; on: boolean }
	| { kind: "rate"; click: string; ids: string[]; rating: number }
	| { kind: "tag"; click: string; ids: string[]; add: string[]; remove: string[] }
	| { kind: "note"; click: string; ids: string[]; text: string }
	/** Into the trash, and out of it what this notice tells of. */
	| { kind: "delete"; click: string; ids: string[] }
	| { kind: "restore"; click: string; notice: string }
	/** Takes back the last change of marks or deletion that was made in this kernel. */
	| { kind: "undo"; click: string }
	/**
	 * + A part of a picture's file, at most 4 MiB, to read how it was made; the first is 0. The last is answered by
	 * `settings`, and what was found stands in the controls: nothing is made of it.
	 */
	| { kind: "read"; click: string; upload: string; part: number; parts: number }
	/**
	 * + A part of a mask for this picture, at most 4 MiB; the first is 0. Together a grey PNG of the picture's very
	 * size, of 1 or 8 bits: what is lighter than half may change. The last is followed by another `_mask`.
	 */
	| { kind: "paint"; click: string; source: string; upload: string; part: number; parts: number }
	/**
	 * + A part of a picture's file, at most 4 MiB, to start from; the first is 0. The last is answered by
	 * `uploaded`, and its `id` may stand in `source` and `references`, and be asked for as any other picture.
	 */
	| { kind: "upload"; click: string; upload: string; part: number; parts: number }
	/** Asks for `uploaded` once more; it is answered once there is one. */
	| { kind: "brought"; upload: string }
	/** Puts the original back outside the mask of an edit: a new picture, and no request. Answered by `show`. */
	| { kind: "keep"; click: string; id: string }
	/** Takes the mask of `source` away. */
	| { kind: "unpaint"; click: string }
	/** Answered by `mask`, or not at all where there is none. */
	| { kind: "mask" }
	/**
	 * + Typed once into the key field; kept in the kernel's memory, and with `save` in the system's keyring as
	 * well. Answered by `acknowledged` and `catalog`, or `refused`.
	 */
	| { kind: "key"; click: string; gateway: string; save: boolean }
	| { kind: "dismiss"; notice: string }
	/** Answered by `words`. */
	| { kind: "words"; language: string }
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
	| ({ kind: "page"; offset: number; models?: string[]; tags?: string[] } & Listed)
	| { kind: "ids"; offset: number; query: Filter; ids: string[] }
	| { kind: "selection"; ids: string[] }
	/** Pictures that have just been made; their thumbnails follow by themselves. */
	| ({ kind: "arrived"; gone: string[] } & Listed)
	/** Pictures whose marks are others now; `many`: too many to be told one by one, whatever is held is old. */
	| ({ kind: "changed"; gone: string[]; many?: boolean } & Listed)
	/** Shows this picture large, whatever is selected, until one is chosen in the strip or Generate is pressed. */
	| { kind: "show"; id: string }
	/** Opens two to four pictures beside each other. */
	| { kind: "compare"; ids: string[] }
	/** Each sentence that the page says, by the English one. */
	| { kind: "words"; language: string; words: Record<string, string> }
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
	/** An upload is kept; `message` says why it is not, and then `id` is "". */
	| { kind: "uploaded"; upload: string; id: string; width: number; height: number; message: string }
	/** + The mask of `source` as a grey PNG of 1 bit, not interlaced: what is white may change. */
	| { kind: "mask"; source: string; revision: string }
	/** The newest first; `next` is "" where there are no more. One may come again on a later page. */
	| { kind: "prompts"; text: string; before: string; prompts: string[]; next: string }
	| { kind: "acknowledged"; click: string }
	| { kind: "refused"; click: string; message: string };
