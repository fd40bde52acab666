/** What tells pictures apart by how they were made: only what is not the same for all of them. */

import { label } from "./facts.ts";
import { t } from "./language.ts";
import type { Details, Value } from "./protocol.ts";
import { size } from "./wording.ts";

/** One list a picture, in their order; empty lists where they were all made alike. */
export function distinctions(pictures: Details[]): string[][] {
	const tables = pictures.map(facts);
	const names = [...new Set(tables.flatMap((table) => [...table.keys()]))];
	const telling = names.filter((name) => new Set(tables.map((table) => table.get(name))).size > 1);
	return tables.map((table) => telling.map((name) => table.get(name) ?? t("default {name}", { name })));
}

/** By name, as the words that stand for it. */
function facts({ model, gateway, got, operation, parameters }: Details): Map<string, string> {
	const asked = Object.entries(parameters ?? {}).filter(([name]) => name !== "size");
	return new Map([
		["model", model],
		["gateway", gateway],
		["size", size(got)],
		["operation", operation],
		...asked.map(([name, value]): [string, string] => [label(name), `${label(name)} ${text(value)}`]),
	]);
}

function text(value: Value): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}
