/** All that is known of how one picture was made: its prompts, what was asked against what came, and what it used. */

import { h, icon } from "./element.ts";
import { label } from "./facts.ts";
import { spoken, t } from "./language.ts";
import type { Details, Value, Values } from "./protocol.ts";
import { dollars, duration, fileSize, size } from "./wording.ts";

/** A line of the table; `differs`: came otherwise than asked. */
export interface Line {
	name: string;
	asked: string;
	got: string;
	differs?: boolean;
}

/** What says the same as a line that stands there always. */
const SHAPE = ["size", "aspect_ratio", "image_size"];
const FORMAT = ["output_format", "format"];
const COUNT = ["n", "count"];
/** How long a sketch pretends to take: a click asks for it, and nobody wants to know. */
const PACE = ["latency"];
const STANDING = [...SHAPE, ...FORMAT, ...COUNT, ...PACE, "prompt"];

/** `copy`: what copies the prompt. */
export function record(details: Details, copy: () => void): HTMLElement[] {
	const { prompt, revised_prompt } = details;
	const all = lines(details);
	const copying = h("button", { class: "link", onclick: copy }, t("Copy the prompt"));
	return [
		...words(t("Prompt"), prompt, copying),
		...words(t("Revised by the model"), revised_prompt),
		table(all.filter(({ got }) => got)),
		facts([...made(details), ...all.filter(({ got }) => !got).map(asAsked)]),
		...folded(t("Extra"), pairs(details.extra)),
		...folded(t("Usage of the whole request"), pairs(details.usage ?? {})),
	];
}

/** What came of it, nobody told. */
function asAsked({ name, asked }: Line): [string, string] {
	return [name, asked];
}

/** Asked against got, one line a parameter. */
export function lines(details: Details): Line[] {
	const { asked, got, format, asked_count, got_count, parameters } = details;
	const differences = details.differences ?? {};
	const differs = (names: string[]) => names.some((name) => name in differences);
	const others = [...new Set([...Object.keys(parameters ?? {}), ...Object.keys(differences)])];
	return [
		{ name: t("Size"), asked: size(asked), got: size(got), differs: differs(SHAPE) },
		{
			name: t("Format"),
			asked: text(parameters?.output_format ?? differences.format?.[0] ?? "").toUpperCase(),
			got: format,
			differs: differs(FORMAT),
		},
		{
			name: t("Images"),
			asked: String(asked_count),
			got: String(got_count),
			differs: asked_count !== got_count,
		},
		...others
			.filter((name) => !STANDING.includes(name))
			.map((name) => ({
				name: label(name),
				asked: text(differences[name]?.[0] ?? parameters?.[name] ?? ""),
				got: differences[name]?.[1] ?? "",
				differs: name in differences,
			})),
	];
}

/** A table in a table stands as one line each, its names one behind the other. */
export function pairs(values: Values, before = ""): [string, string][] {
	return Object.entries(values).flatMap(([name, value]) => {
		const whole = before ? `${before} ${name}` : name;
		if (value === null || value === "") return [];
		if (typeof value === "object" && !Array.isArray(value)) return pairs(value, whole);
		return [[label(whole), text(value)] as [string, string]];
	});
}

function made({ model, gateway, seconds, cost, bytes, created }: Details): [string, string][] {
	const when = new Date(created);
	return [
		[t("Model"), model],
		[t("Gateway"), gateway],
		...(typeof seconds === "number" ? [[t("Time"), duration(seconds)] as [string, string]] : []),
		...(typeof cost === "number" ? [[t("Cost"), dollars(cost)] as [string, string]] : []),
		[t("File"), fileSize(bytes)],
		...(Number.isNaN(when.getTime())
			? []
			: [[t("Made"), when.toLocaleString(spoken()[1])] as [string, string]]),
	];
}

function words(title: string, said: string, action?: HTMLElement): HTMLElement[] {
	if (!said) return [];
	return [
		h("div", { class: "head" }, h("h3", {}, title), action),
		h("p", { class: "words", dir: "auto", tabindex: 0 }, said),
	];
}

function table(rows: Line[]): HTMLElement {
	const head = h(
		"tr",
		{},
		h("td", {}),
		h("th", { scope: "col" }, t("Asked")),
		h("th", { scope: "col" }, t("Got")),
	);
	return h("table", { class: "asked-got" }, h("thead", {}, head), h("tbody", {}, ...rows.map(row)));
}

function row({ name, asked, got, differs }: Line): HTMLElement {
	const flag =
		differs && h("span", { class: "flag" }, icon("warning"), hidden(t("Differs from what was asked: ")));
	return h(
		"tr",
		{ class: differs && "differs" },
		h("th", { scope: "row" }, name),
		h("td", {}, h("bdi", {}, asked || t("default"))),
		h("td", {}, flag, h("bdi", {}, got)),
	);
}

function facts(known: [string, string][]): HTMLElement {
	return h("dl", {}, ...known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function folded(title: string, known: [string, string][]): HTMLElement[] {
	if (known.length === 0) return [];
	return [h("details", { class: "revised" }, h("summary", {}, icon("chevron"), title), facts(known))];
}

function hidden(words: string): HTMLElement {
	return h("span", { class: "hidden" }, words);
}

function text(value: Value): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}
