/** A model as a host gives it, and a kernel at its other end, without either. */

import type { HostModel } from "../src/kernel.ts";
import type {
	Details,
	Entry,
	Gateway,
	Model,
	Operation,
	Parameter,
	Reply,
	Request,
	Traits,
} from "../src/protocol.ts";

export const TRAITS: Traits = {
	prompt: "",
	gateway: "serevix",
	model: "gpt-image-1.5",
	n: 1,
	parameters: {},
	extra: {},
	selected: [],
	filter: {},
	source: "",
	references: [],
	language: null,
	running: [],
	_running_count: 0,
	_selected_count: 0,
	_count: 0,
	_notices: [],
	_budget: {},
	_estimate: {},
	_vary_estimate: {},
	_fills: {},
	_mask: {},
};

type Listener = (...heard: never[]) => void;

export class FakeModel {
	readonly state: Traits;
	/** What the kernel would have received. */
	readonly sent: Request[] = [];
	saved = 0;
	hears: (request: Request) => void = () => {};
	readonly #listeners = new Map<string, Set<Listener>>();

	constructor(state: Partial<Traits> = {}) {
		this.state = { ...TRAITS, ...state };
	}

	get = <K extends keyof Traits>(name: K): Traits[K] => this.state[name];

	/** As Backbone does: whoever sets it, all listeners hear of a value that differs. */
	set = <K extends keyof Traits>(name: K, value: Traits[K]): void => {
		if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
		this.state[name] = value;
		this.emit(`change:${name}`);
	};

	save_changes = (): void => {
		this.saved++;
	};

	/** The bytes that came with requests, in their order. */
	readonly carried: ArrayBuffer[] = [];

	send = (request: Request, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void => {
		this.sent.push(request);
		this.carried.push(...buffers);
		this.hears(request);
	};

	on = (name: string, listener: Listener): void => {
		this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(listener));
	};

	off = (name: string, listener: Listener): void => {
		this.#listeners.get(name)?.delete(listener);
	};

	emit(name: string, ...heard: unknown[]): void {
		for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...(heard as never[]));
	}

	reply(reply: Reply, ...buffers: Uint8Array[]): void {
		this.emit(
			"msg:custom",
			reply,
			buffers.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
		);
	}

	get listeners(): number {
		return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
	}

	/** All requests of one kind. */
	of<K extends Request["kind"]>(kind: K): Extract<Request, { kind: K }>[] {
		return this.sent.filter((request) => request.kind === kind) as Extract<Request, { kind: K }>[];
	}

	asModel(): HostModel {
		return this as unknown as HostModel;
	}
}

export function parameter(name: string, fields: Partial<Parameter> = {}): Parameter {
	return {
		name,
		label: name[0]?.toUpperCase() + name.slice(1).replaceAll("_", " "),
		type: "choice",
		choices: [],
		minimum: null,
		maximum: null,
		default: null,
		help: "",
		operations: [],
		...fields,
	};
}

const SIZES = ["1024x1024", "1792x1024", "1024x1792"];
const RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

const GPT = [
	parameter("size", { choices: SIZES, default: "1024x1024", help: "Width and height in pixels." }),
	parameter("quality", { choices: ["high", "medium", "low"], default: "high" }),
	parameter("background", { choices: ["auto", "transparent", "opaque"], default: "auto" }),
	parameter("output_compression", { type: "integer", minimum: 0, maximum: 100, default: 100 }),
];

/** What a model takes that shows its picture while it grows. */
export const STREAMING = [
	parameter("stream", { type: "boolean", default: false }),
	parameter("partial_images", { type: "integer", minimum: 0, maximum: 3 }),
];

const GEMINI = [
	parameter("aspect_ratio", { choices: RATIOS, default: "1:1" }),
	parameter("image_size", { choices: ["1K", "2K", "4K"], default: "1K", label: "Resolution" }),
];

const SKETCH = [
	parameter("size", { type: "size", choices: SIZES, default: "1024x1024" }),
	parameter("transparent", { type: "boolean", default: false }),
	parameter("style", { type: "text", default: null }),
];

/** What every model takes on `sketch`. */
const SKETCHING = [
	parameter("seed", { type: "integer", minimum: 0 }),
	parameter("latency", { type: "number", minimum: 0, maximum: 60, default: 1, label: "Latency (s)" }),
];

function gateway(
	id: string,
	label: string,
	ready: boolean,
	models: [string, number, Parameter[]][],
	parameters: Parameter[] = [],
): Gateway {
	return {
		id,
		label,
		ready,
		key_variable: id === "sketch" ? null : `${id.toUpperCase()}_API_KEY`,
		default_model: models[0]?.[0] ?? "",
		note:
			id === "xty" ? "Say what to make (subject), how it should look (style), and the light (details)." : "",
		models: models.map(([id, most, own]) => model(id, most, [...own, ...parameters])),
		parameters,
		listed: [],
		operations: offered(id),
		takes_mask: true,
	};
}

/** Like the true ones: few make variations. */
function offered(id: string): Operation[] {
	return id === "sketch" ? ["generate", "edit", "vary"] : ["generate", "edit"];
}

function model(id: string, most: number, parameters: Parameter[]): Model {
	return {
		id,
		operations: null,
		max_inputs: 16,
		takes_mask: true,
		max_images: 10,
		max_images_per_request: most,
		prompt_limit: 4000,
		parameters,
	};
}

export const GATEWAYS: Gateway[] = [
	gateway("serevix", "Serevix", true, [
		["gpt-image-1.5", 1, GPT],
		["gpt-image-1", 10, GPT],
		["gemini-3-pro-image-preview", 1, GEMINI],
	]),
	gateway("xty", "XTY", false, [["gemini-3.1-flash-image-preview", 4, GEMINI]]),
	gateway("openai", "OpenAI", true, [["gpt-image-1.5", 10, [...GPT, ...STREAMING]]]),
	gateway("sketch", "Sketch (offline)", true, [["sketch", 10, SKETCH]], SKETCHING),
	gateway("custom", "Custom (example.org)", true, []),
];

export const MODELS: Model[] = [
	model("gpt-image-1", 10, GPT),
	model("gemini-3-pro-image-preview", 1, GEMINI),
];

export function catalog(gateways = GATEWAYS, models = MODELS, keyring = false): Reply {
	return { kind: "catalog", now: Date.now() / 1000, gateways, models, keyring };
}

/** Pictures p<first> down to p<last>, newest first. */
export function entries(first: number, last: number): Entry[] {
	return Array.from({ length: first - last + 1 }, (_, at) => entry(`p${first - at}`));
}

export function entry(id: string, fields: Partial<Entry> = {}): Entry {
	return {
		id,
		generation: `g-${id.padStart(6, "0")}`,
		prompt: `prompt of ${id}`,
		model: "gpt-image-1.5",
		width: 1024,
		height: 1024,
		starred: false,
		rating: 0,
		tags: [],
		...fields,
	};
}

type Page = Extract<Reply, { kind: "page" }>;
type News = Extract<Reply, { kind: "arrived" | "changed" }>;

export function page(pictures: Entry[], fields: Partial<Page> = {}): Page {
	const total = pictures.length;
	return { kind: "page", offset: 0, pictures, total, count: fields.total ?? total, query: {}, ...fields };
}

export function news(kind: News["kind"], pictures: Entry[], total: number, fields: Partial<News> = {}): News {
	return { kind, pictures, gone: [], total, count: total, query: {}, ...fields };
}

export function details(id: string, fields: Partial<Details> = {}): Details {
	return {
		...entry(id),
		gateway: "serevix",
		asked: "1024x1024",
		got: "1024x1024",
		seconds: 12.34,
		created: "2026-01-02T03:04:05Z",
		format: "PNG",
		bytes: 1_400_000,
		revised_prompt: "",
		parameters: {},
		extra: {},
		asked_count: 1,
		got_count: 1,
		differences: {},
		changed_outside: null,
		cost: null,
		again: {},
		note: "",
		operation: "generate",
		usage: null,
		parents: [],
		children: [],
		...fields,
	};
}
