/** What is known of a picture, as short labels; what came otherwise than asked shows both. */

import { h, icon } from "./element.ts";
import { t } from "./language.ts";
import type { Details, Entry } from "./protocol.ts";
import { dollars, duration, fileSize, size } from "./wording.ts";

type Differences = Details["differences"];

/** The prompt as the model changed it stands in full below the prompt. */
const SHOWN_ELSEWHERE = ["prompt"];
const SHAPE = ["size", "aspect_ratio", "image_size"];
const FORMAT = ["output_format", "format"];
const COUNT = ["n", "count"];
const KNOWN = [...SHOWN_ELSEWHERE, ...SHAPE, ...FORMAT, ...COUNT];

export function briefFacts({ model, width, height }: Entry): HTMLElement[] {
	return [fact(t("Model"), model), fact(t("Size"), `${width}×${height}`)];
}

export function factList(details: Details): HTMLElement[] {
	const { model, gateway, seconds, cost } = details;
	const differences = details.differences ?? {};
	const facts = [
		fact(t("Model"), model),
		...(gateway === model ? [] : [fact(t("Gateway"), gateway)]),
		sizeFact(details, first(differences, SHAPE)),
	];
	if (typeof seconds === "number") facts.push(fact(t("Time"), duration(seconds)));
	facts.push(fileFact(details, first(differences, FORMAT)));
	if (details.asked_count !== details.got_count) {
		facts.push(
			fact(
				t("Images"),
				t("{got} of {asked} asked", { got: details.got_count, asked: details.asked_count }),
				true,
			),
		);
	}
	if (typeof cost === "number") facts.push(fact(t("Cost"), dollars(cost)));
	return [...facts, ...otherDifferences(differences)];
}

function first(differences: Differences, names: string[]): [string, string] | undefined {
	return names.map((name) => differences[name]).find((pair) => Array.isArray(pair));
}

/** A ratio or a resolution class that was asked for is kept by a size that fits it: asked, and no difference. */
function sizeFact({ asked, got }: Details, differs: [string, string] | undefined): HTMLElement {
	if (differs) return fact(t("Size"), askedGot(size(differs[0]), size(differs[1])), true);
	if (!asked || asked === got) return fact(t("Size"), size(got));
	return fact(t("Size"), t("{got}, asked {asked}", { got: size(got), asked: size(asked) }));
}

function fileFact({ format, bytes }: Details, differs: [string, string] | undefined): HTMLElement {
	const got = `${format}, ${fileSize(bytes)}`;
	const words = differs ? t("{got}, asked {asked}", { got, asked: differs[0].toUpperCase() }) : got;
	return fact(t("File"), words, differs !== undefined);
}

function otherDifferences(differences: Differences): HTMLElement[] {
	return Object.entries(differences)
		.filter(([name]) => !KNOWN.includes(name))
		.map(([name, [asked, got]]) => fact(label(name), `${label(name)}: ${askedGot(asked, got)}`, true));
}

function askedGot(asked: string, got: string): string {
	return t("asked {asked}, got {got}", { asked, got });
}

export function label(name: string): string {
	const words = name.replaceAll("_", " ");
	const label = words.charAt(0).toUpperCase() + words.slice(1);
	return t(label);
}

function fact(label: string, value: string, differs = false): HTMLElement {
	const flag = differs
		? h(
				"span",
				{ class: "flag" },
				icon("warning"),
				h("span", { class: "hidden" }, t("Differs from what was asked: ")),
			)
		: null;
	return h(
		"li",
		{ class: differs ? "fact differs" : "fact", title: label },
		h("span", { class: "hidden" }, `${label}: `),
		flag,
		h("bdi", {}, value),
	);
}
