/** What `{name}` in the prompt is filled with, in words; names that nobody knows are sent after a second press. */

import { say } from "./element.ts";
import { counted, t } from "./language.ts";
import type { Part } from "./part.ts";
import type { Fills } from "./protocol.ts";
import type { View } from "./studio.ts";

/** What a press of Generate asks of the names in the prompt. */
export type Filling = Required<Pick<Part, "problem" | "seen">>;

export function filling(view: View, element: HTMLElement): Filling {
	const meant = new Set<string>();
	let fills: Fills = {};
	const show = () => {
		say(element, sentence(fills, view.draft.get("n")));
		element.title = fills.first ?? "";
		element.classList.toggle("wrong", Boolean(fills.message));
	};
	view.watch("_fills", (told) => {
		fills = told ?? {};
		show();
	});
	view.keep(view.draft.changed.on((name) => name === "n" && show()));
	const isMeant = () => (fills.unknown ?? []).every((name) => meant.has(name));
	const problem = () => {
		if (fills.prompts === 0) return fills.message ?? "";
		if (isMeant()) return null;
		const { message = "", unknown = [] } = fills;
		for (const name of unknown) meant.add(name);
		return t("{reason} Press again to send {names} as it stands.", {
			reason: message,
			names: inBraces(unknown),
		});
	};
	return { problem, seen: () => ({ prompts: fills.prompts ?? 1, as_is: isMeant() }) };
}

function sentence({ prompts, names = [], message, first = "" }: Fills, n: number): string {
	if (prompts === undefined) return "";
	const filled = names.map(({ name, values }) => `{${name}} → ${values}`);
	const requests = prompts > 1 ? counted(prompts, "{n} request", "{n} requests") : "";
	const pictures = prompts > 1 && n > 1 ? ` · ${counted(prompts * n, "{n} picture", "{n} pictures")}` : "";
	const whole = names.length > 0 || message ? [] : [`→ ${first}`];
	return [...filled, ...whole, message, requests + pictures].filter(Boolean).join("\n");
}

function inBraces(names: string[]): string {
	return names.map((name) => `{${name}}`).join(", ");
}
