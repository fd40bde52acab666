/**
 * The widget on a page of its own with a kernel that plays along: `npm run harness`, then
 * `harness.html?scene=many&theme=jupyter-dark`. Scenes are named below; a theme may be left out.
 */

import CHINESE_WORDS from "../../nbimagegen/studio/languages/zh-CN.json";
import type { Details, Entry, Filter, Job, Notice, Request, Traits } from "../src/protocol.ts";
import { openStudio, openView } from "../src/studio.ts";
import define from "../src/widget.ts";
import { catalog, details, entry, FakeModel, GATEWAYS, news, page } from "./fake.ts";

const LONG =
	"A quiet harbour at dawn seen from a hillside, forty small boats with patched sails, gulls, mist over the water, ".repeat(
		6,
	);
const CHINESE = "一只橙色的小狐狸在雪地里睡觉，水墨画风格，柔和的晨光，细腻的笔触";
const ARABIC = "ثعلب أحمر نائم في الثلج (ink & watercolour) بألوان مائية وضوء الصباح";
const PROMPTS = [
	"A red fox asleep in fresh snow, ink and watercolour",
	CHINESE,
	ARABIC,
	"Paper lanterns",
	LONG,
];

const job = (id: string, fields: Partial<Job> = {}): Job => ({
	id,
	prompt: PROMPTS[0] as string,
	gateway: "serevix",
	model: "gpt-image-1.5",
	n: 1,
	status: "running",
	started: Date.now() / 1000 - 7,
	expected: 20,
	...fields,
});

const NOTICE: Notice = {
	id: "n1",
	level: "error",
	message:
		"Serevix did not answer within 300 s; the picture may have been made. Look at your account there before you try again.",
	prompt: PROMPTS[0] as string,
	generation: "g1",
	may_be_billed: true,
	lost: 0,
	status: 504,
	request_id: "req_0a1b2c3d4e5f",
	more: true,
	select: [],
	restore: 0,
};

const REFUSED: Notice = {
	...NOTICE,
	id: "n2",
	level: "warning",
	message: "gpt-image-1.5 answered with text instead of a picture: “Please say what the picture shows.”",
	may_be_billed: false,
};

const LOST: Notice = {
	...NOTICE,
	id: "n3",
	level: "warning",
	message: "2 of 4 pictures were made and could not be fetched: files.example.org did not answer.",
	may_be_billed: true,
	lost: 2,
	status: null,
	request_id: "",
	more: false,
};

const REPLAYED: Notice = {
	...LOST,
	id: "n4",
	level: "info",
	message: "From history, 1 of 3: nothing was paid. fresh=True makes new pictures.",
	generation: null,
	may_be_billed: false,
	lost: 0,
	select: ["p9", "p5", "p3"],
};

/** Failures of other kinds: nothing sent, refused, and cancelled when it was under way. */
const FAILURES: Notice[] = [
	{
		...LOST,
		id: "n5",
		level: "error",
		message: "XTY refused the key (401): check it, or paste another one here.",
		status: 401,
		may_be_billed: false,
		lost: 0,
	},
	{
		...LOST,
		id: "n6",
		level: "error",
		message: "The gateway's safety system refused this prompt. Word it otherwise and try again.",
		status: 400,
		request_id: "req_7f6e5d",
		may_be_billed: false,
		lost: 0,
		more: true,
	},
	{
		...LOST,
		id: "n7",
		level: "info",
		message: "Cancelled after it was sent: the picture may have been made all the same.",
		lost: 0,
	},
];

interface Scene {
	traits?: Partial<Traits>;
	pictures?: number;
	details?: Partial<Details>;
	silent?: boolean;
	/** The kernel has gone after it had answered. */
	gone?: boolean;
	/** The picture on which the mask painter opens. */
	paint?: string;
	/** The running job whose unfinished picture comes again and again. */
	partial?: string;
}

const FOUR = [
	job("j1"),
	job("j2", { prompt: LONG, n: 4, expected: null }),
	job("j3", { prompt: CHINESE, started: Date.now() / 1000 - 95, expected: 60 }),
	job("j4", { prompt: ARABIC, status: "queued", started: null }),
];

const SCENES: Record<string, Scene> = {
	empty: {},
	sketch: { traits: { gateway: "sketch", model: "sketch" } },
	silent: { silent: true },
	key: { traits: { gateway: "xty", model: "gemini-3.1-flash-image-preview" } },
	unknown: {
		traits: { model: "new-model-9", parameters: { detail: "fine", steps: 30 }, extra: { seed: 7 } },
	},
	live: {
		traits: {
			gateway: "openai",
			model: "gpt-image-1.5",
			parameters: { stream: true },
			running: [job("j1", { n: 2 }), job("j2", { prompt: CHINESE, status: "queued", started: null })],
			_running_count: 2,
			_budget: { images: { spent: 3, limit: 20 }, usd: { spent: 0.126, limit: 5 } },
		},
		pictures: 3,
		partial: "j1",
	},
	limited: {
		traits: {
			running: [
				job("j1", { waits_until: Date.now() / 1000 + 12 }),
				job("j2", { prompt: CHINESE, status: "queued", started: null }),
				job("j3", { prompt: ARABIC, status: "queued", started: null }),
			],
			_running_count: 3,
			_budget: { images: { spent: 19, limit: 20 } },
		},
		pictures: 3,
	},
	lost: { traits: { _notices: [LOST, REFUSED] }, pictures: 3 },
	paint: { traits: { source: "p3" }, pictures: 3, paint: "p3" },
	running: { traits: { running: [job("j1")], _running_count: 1 } },
	busy: { traits: { running: FOUR, _running_count: 57 }, pictures: 12 },
	failed: { traits: { _notices: [NOTICE, REFUSED], prompt: PROMPTS[0] as string }, pictures: 5 },
	failures: { traits: { _notices: FAILURES, prompt: PROMPTS[0] as string }, pictures: 5 },
	gone: { traits: { prompt: CHINESE }, pictures: 5, gone: true },
	thousands: { pictures: 10_000 },
	editing: {
		traits: {
			prompt: "Make it winter",
			source: "p5",
			references: ["p4", "p2", "p1"],
			_mask: { source: "p5", revision: "r1", share: 0.1234 },
			selected: ["p3"],
		},
		pictures: 5,
		details: { operation: "edit", changed_outside: 0.032 },
	},
	one: { traits: { prompt: PROMPTS[0] as string }, pictures: 1 },
	many: { traits: { prompt: PROMPTS[0] as string, selected: ["p135", "p138"] }, pictures: 140 },
	/** To be opened in the viewer, and against each other. */
	close: {
		traits: { selected: ["p5", "p8", "p11", "p7"] },
		pictures: 12,
		details: {
			operation: "edit",
			parents: [{ id: "p2", prompt: PROMPTS[3] as string }],
			children: [
				{ id: "p9", prompt: PROMPTS[1] as string },
				{ id: "p10", prompt: PROMPTS[2] as string },
			],
			usage: { input_tokens: 50, output_tokens: 4160, input_tokens_details: { text_tokens: 10 } },
			parameters: { quality: "high", background: "transparent", size: "1792x1024" },
			extra: { user: "otters" },
			asked: "1792x1024",
			revised_prompt: LONG,
			differences: { size: ["1792x1024", "1536x1024"], quality: ["high", "medium"] },
			cost: 0.167,
		},
	},
	find: {
		traits: {
			filter: { text: "fox", rating: 2, order: "oldest" },
			_estimate: { usd: 0.042, priced: "2026-11-01" },
		},
		pictures: 140,
	},
	nothing: { traits: { filter: { text: "zebra", pictures: ["p1", "p2"] } }, pictures: 40 },
	replayed: { traits: { _notices: [REPLAYED], _estimate: { list_usd: 0.167 } }, pictures: 9 },
	differs: {
		traits: { selected: ["p3"], parameters: { size: "1792x1024", quality: "ultra" } },
		pictures: 3,
		details: {
			asked: "1792x1024",
			got: "1254x1254",
			asked_count: 4,
			got_count: 3,
			revised_prompt: LONG,
			format: "JPEG",
			differences: { size: ["1792x1024", "1254x1254"], format: ["png", "jpeg"], n: ["4", "3"] },
			cost: 0.167,
		},
	},
	template: {
		traits: {
			prompt: "{animal} in {place}, {anmial}",
			n: 2,
			_estimate: { usd: 0.25 },
			_fills: {
				prompts: 3,
				names: [
					{ name: "animal", count: 3, values: "a fox, an otter, a bear" },
					{ name: "place", count: 1, values: "fresh snow" },
				],
				unknown: ["anmial"],
				message: "There is no variable 'anmial'; did you mean animal?",
				first: "a fox in fresh snow",
			},
		},
		pictures: 3,
		details: { again: { usd: 0.167 }, asked_count: 4, got_count: 4 },
	},
	long: { traits: { prompt: LONG.repeat(6) }, pictures: 5 },
	chinese: { traits: { prompt: CHINESE, selected: ["p1"] }, pictures: 5 },
	arabic: { traits: { prompt: ARABIC, selected: ["p2"] }, pictures: 5 },
};

const query = new URLSearchParams(location.search);
const scene = SCENES[query.get("scene") ?? "empty"] ?? {};
const model = new FakeModel({
	gateway: "serevix",
	language: query.get("language"),
	...scene.traits,
	_count: scene.pictures ?? 0,
	...JSON.parse(query.get("traits") ?? "{}"),
});
let pictures = Array.from({ length: scene.pictures ?? 0 }, (_, at) => made((scene.pictures ?? 0) - at));

function made(number: number): Entry {
	const [width, height] = [
		[1024, 1024],
		[1536, 1024],
		[1024, 1536],
	][number % 3] as [number, number];
	const marked = { starred: number % 4 === 1, rating: number % 3 === 0 ? number % 6 : 0 };
	return {
		...entry(`p${number}`),
		prompt: PROMPTS[number % PROMPTS.length] as string,
		width,
		height,
		...marked,
	};
}

async function paint({ id, width, height }: Entry, scale: number): Promise<Uint8Array> {
	const canvas = new OffscreenCanvas(width * scale, height * scale);
	const pen = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
	const hue = (Number(id.slice(1)) * 47) % 360;
	const wash = pen.createLinearGradient(0, 0, canvas.width, canvas.height);
	wash.addColorStop(0, `hsl(${hue} 70% 78%)`);
	wash.addColorStop(1, `hsl(${hue + 60} 65% 42%)`);
	pen.fillStyle = wash;
	pen.fillRect(0, 0, canvas.width, canvas.height);
	for (let at = 0; at < 7; at++) {
		pen.fillStyle = `hsl(${hue + at * 25} 80% ${40 + at * 6}% / 45%)`;
		pen.beginPath();
		pen.arc((canvas.width * (at + 1)) / 8, canvas.height * (0.3 + 0.08 * at), canvas.width / (5 + at), 0, 7);
		pen.fill();
	}
	return new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
}

async function sendPartial(generation: string, index: number): Promise<void> {
	const bytes = await paint({ ...made(4), width: 1024, height: 1024 }, 0.02 * 4 ** (index % 3));
	model.reply({ kind: "partial", generation, index, type: "image/png" }, bytes);
	setTimeout(() => sendPartial(generation, index + 1), 1500);
}

const find = (id: string) => pictures.find((picture) => picture.id === id);

async function sendBytes(kind: "thumbnail" | "original", id: string): Promise<void> {
	const picture = find(id);
	const brought = uploads.get(id);
	if (brought) return model.reply({ kind, id, type: "image/png" }, brought);
	if (!picture)
		return model.reply({ kind: "missing", id, what: kind, message: "This picture is not there any more." });
	model.reply({ kind, id, type: "image/png" }, await paint(picture, kind === "thumbnail" ? 0.2 : 1));
}

/** Pictures that were brought in to start from. */
const uploads = new Map<string, Uint8Array>();

function takeUpload(request: Extract<Request, { kind: "upload" }>): void {
	model.reply({ kind: "acknowledged", click: request.click });
	const id = `u-${uploads.size}`;
	uploads.set(id, new Uint8Array(model.carried.at(-1) ?? new ArrayBuffer(0)));
	const { upload } = request;
	setTimeout(() => model.reply({ kind: "uploaded", upload, id, width: 9, height: 9, message: "" }), 400);
}

function fitting(query: Filter): Entry[] {
	const fits = pictures.filter(
		(each) =>
			each.prompt.toLowerCase().includes((query.text ?? "").toLowerCase()) &&
			each.rating >= (query.rating ?? 0) &&
			(query.starred === undefined || each.starred === query.starred) &&
			(query.pictures ?? [each.id]).includes(each.id),
	);
	if (query.order === "rating") return fits.sort((one, other) => other.rating - one.rating);
	return query.order === "oldest" ? fits.reverse() : fits;
}

function sendPage({ offset, query }: Pick<Extract<Request, { kind: "page" }>, "offset" | "query">): void {
	const found = fitting(query);
	const few = found.slice(offset, offset + 48);
	const names = { models: ["gpt-image-1.5", "gemini-3-pro-image-preview"], tags: ["logo", "小猫"] };
	model.reply(page(few, { offset, query, total: found.length, count: pictures.length, ...names }));
}

function sendNews(kind: "arrived" | "changed", ids: string[]): void {
	const query = model.get("filter");
	const found = fitting(query);
	const fit = found.filter(({ id }) => ids.includes(id));
	const gone = ids.filter((id) => !fit.some((each) => each.id === id));
	model.reply(news(kind, fit, found.length, { gone, query, count: pictures.length }));
}

const trash: Entry[] = [];

function mark(request: Extract<Request, { kind: "star" | "rate" | "tag" | "delete" | "restore" }>): void {
	const ids = request.kind === "restore" ? trash.map(({ id }) => id) : request.ids;
	const meant = new Set(ids);
	model.reply({ kind: "acknowledged", click: request.click });
	if (request.kind === "delete") trash.push(...pictures.filter(({ id }) => ids.includes(id)));
	if (request.kind === "restore") pictures = [...pictures, ...trash.splice(0)];
	pictures = pictures
		.filter(({ id }) => request.kind !== "delete" || !meant.has(id))
		.map((each) => (meant.has(each.id) ? { ...each, ...marks(request, each) } : each))
		.sort((one, other) => Number(other.id.slice(1)) - Number(one.id.slice(1)));
	if (request.kind === "delete") {
		const message = `${ids.length} pictures are in the trash.`;
		model.set("_notices", [
			{ ...REPLAYED, id: `t${trash.length}`, prompt: "", message, select: [], restore: ids.length },
		]);
	}
	model.set("_count", pictures.length);
	sendNews("changed", ids);
}

function marks(request: Request, { tags }: Entry): Partial<Entry> {
	if (request.kind === "tag")
		return { tags: [...new Set([...tags, ...request.add])].filter((tag) => !request.remove.includes(tag)) };
	if (request.kind === "star") return { starred: request.on };
	return request.kind === "rate" ? { rating: request.rating } : {};
}

async function sendFile(id: string): Promise<void> {
	const picture = find(id);
	if (picture)
		model.reply({ kind: "file", id, name: `otter-${id}.png`, type: "image/png" }, await paint(picture, 1));
}

function sendDetails(id: string): void {
	const picture = find(id);
	if (!picture) return;
	const got = `${picture.width}x${picture.height}`;
	model.reply({
		kind: "details",
		details: { ...details(id, { got, asked: got }), ...picture, ...scene.details },
	});
}

function generate(request: Extract<Request, { kind: "generate" }>): void {
	model.reply({ kind: "acknowledged", click: request.click });
	const id = request.click;
	const running = job(id, {
		prompt: request.prompt,
		model: request.model,
		started: Date.now() / 1000,
		expected: 3,
	});
	model.set("running", [...model.get("running"), running]);
	setTimeout(() => {
		model.set(
			"running",
			model.get("running").filter((one) => one.id !== id),
		);
		pictures = [{ ...made(pictures.length + 1), prompt: request.prompt }, ...pictures];
		model.set("_count", pictures.length);
		sendNews("arrived", [pictures[0]?.id ?? ""]);
	}, 3000);
}

async function sendDialogs(): Promise<void> {
	const files = await Promise.all(["js", "css"].map((kind) => fetch(`dialogs.${kind}`)));
	const [code, sheet] = await Promise.all(
		files.map(async (file) => new Uint8Array(await file.arrayBuffer())),
	);
	if (code && sheet) model.reply({ kind: "dialogs" }, code, sheet);
}

/** The mask as it was painted last, for whoever asks and for tests to look at. */
let mask: { source: string; revision: string; bytes: Uint8Array } | undefined;

function keepMask({ click, source, upload }: Extract<Request, { kind: "paint" }>): void {
	mask = { source, revision: upload, bytes: new Uint8Array(model.carried.at(-1) ?? new ArrayBuffer(0)) };
	Object.assign(globalThis, { mask });
	model.reply({ kind: "acknowledged", click });
	model.set("_mask", { source, revision: upload });
}

function answerMask(request: Request): void {
	if (request.kind === "paint") keepMask(request);
	else if (request.kind === "mask" && mask)
		model.reply({ kind: "mask", source: mask.source, revision: mask.revision }, mask.bytes);
	else if (request.kind === "unpaint") {
		Object.assign(globalThis, { mask: undefined });
		mask = undefined;
		model.reply({ kind: "acknowledged", click: request.click });
		model.set("_mask", {});
	}
}

function answer(request: Request): void {
	if (scene.silent) return;
	answerMask(request);
	if (request.kind === "prompts") {
		const fit = PROMPTS.filter((prompt) => prompt.toLowerCase().includes(request.text.toLowerCase()));
		model.reply({ ...request, prompts: fit, next: "" });
	}
	if (request.kind === "upload") takeUpload(request);
	if (request.kind === "keep") {
		model.reply({ kind: "acknowledged", click: request.click });
		model.reply({ kind: "show", id: "p1" });
	}
	if (request.kind === "dialogs") sendDialogs();
	if (request.kind === "words") model.reply({ ...request, words: CHINESE_WORDS });
	if (request.kind === "hello") {
		model.reply(catalog(GATEWAYS, [], true));
		sendPage({ offset: 0, query: model.get("filter") });
		if (scene.partial) sendPartial(scene.partial, 0);
	} else if (request.kind === "page") sendPage(request);
	else if (request.kind === "ids") {
		const { offset, limit, query } = request;
		const ids = fitting(query).map(({ id }) => id);
		model.reply({ kind: "ids", offset, query, ids: ids.slice(offset, offset + limit) });
	} else if (request.kind === "select") {
		model.set("_selected_count", request.ids.length);
		model.set("selected", request.ids.slice(-60));
	} else if (request.kind === "thumbnails") for (const id of request.ids) sendBytes("thumbnail", id);
	else if (request.kind === "original") sendBytes("original", request.id);
	else if (request.kind === "details") sendDetails(request.id);
	else if (request.kind === "file") sendFile(request.id);
	else if (["star", "rate", "tag", "delete", "restore"].includes(request.kind)) mark(request as never);
	else if (request.kind === "read") {
		model.reply({ kind: "acknowledged", click: request.click });
		const message = "The prompt and 2 settings of that picture are in the controls.";
		model.set("prompt", CHINESE);
		model.reply({ kind: "settings", upload: request.upload, found: true, message });
	} else if (request.kind === "generate") generate(request);
	else if (request.kind === "key")
		model.reply({ kind: "refused", click: request.click, message: "That is no key." });
	else if (request.kind === "models")
		model.reply(
			catalog(
				GATEWAYS.map((each) => ({ ...each, listed: ["new-model-9", "new-model-9-mini"] })),
				[],
				true,
			),
		);
	else if (request.kind === "failure")
		model.reply({ kind: "failure", generation: request.generation, message: NOTICE.message, text: LONG });
	else if (request.kind === "retry" || request.kind === "download")
		model.reply({ kind: "acknowledged", click: request.click });
	else if (request.kind === "cancel") model.reply({ kind: "acknowledged", click: request.click });
	else if (request.kind === "dismiss") {
		model.set(
			"_notices",
			model.get("_notices").filter(({ id }) => id !== request.notice),
		);
	}
}

model.hears = (request) => setTimeout(() => answer(request), 30);

const theme = query.get("theme");
if (theme?.startsWith("jupyter")) document.body.dataset.jpThemeLight = String(theme === "jupyter-light");
Object.assign(globalThis, { model });
if (scene.gone) setTimeout(() => model.emit("comm:close"), 500);

const { signal } = new AbortController();
const widget = define();
const anyModel = model.asModel();
await widget.initialize({ model: anyModel, signal, experimental: undefined as never });
const el = document.getElementById("output") as HTMLElement;
await widget.render({
	model: anyModel,
	el,
	signal,
	host: undefined as never,
	experimental: undefined as never,
});

if (scene.paint) openPainter(scene.paint);
Object.assign(globalThis, { again: () => openPainter(scene.paint ?? "p1") });

/** As the button "Paint a mask" does. */
function openPainter(id: string): void {
	const view = openView(openStudio(anyModel), anyModel, el.querySelector(".nbimagegen") as HTMLElement);
	view.open((dialogs) => dialogs.openPainter(view, id));
}
