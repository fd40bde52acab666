/** Where a JSON text goes wrong. Browsers word it differently and often leave the place out. */

import { t } from "./language.ts";
import type { Values } from "./protocol.ts";

export type Parsed = { values: Values; problem: null } | { values: null; problem: string };

export function parseObject(text: string): Parsed {
	if (text.trim() === "") return { values: {}, problem: null };
	try {
		const value: unknown = JSON.parse(text);
		if (value !== null && typeof value === "object" && !Array.isArray(value)) {
			return { values: value as Values, problem: null };
		}
		return { values: null, problem: t("Write an object, such as {example}.", { example: '{"seed": 7}' }) };
	} catch {
		return { values: null, problem: where(text) };
	}
}

function where(text: string): string {
	const scanner = new Scanner(text);
	const expected = scanner.fault() ?? "JSON";
	const before = text.slice(0, scanner.at).split("\n");
	const found =
		scanner.at >= text.trimEnd().length
			? t("the end")
			: `“${text.slice(scanner.at).split(/\s/)[0]?.slice(0, 12)}”`;
	const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
	return t("Line {line}, column {column}: expected {expected}, found {found}.", {
		line,
		column,
		expected,
		found,
	});
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const ATOM = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Walks through the text as JSON and stops at the first place that is not. */
class Scanner {
	at = 0;
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	/** What was expected where it stopped; null if nothing is wrong. */
	fault(): string | null {
		try {
			return this.#value() ?? (this.#peek() === "" ? null : t("the end"));
		} catch {
			return t("less nesting");
		}
	}

	#value(): string | null {
		const next = this.#peek();
		if (next === "{") return this.#items("}", () => this.#field());
		if (next === "[") return this.#items("]", () => this.#value());
		if (next === '"') return this.#match(STRING) ? null : t("a closed string");
		return this.#match(ATOM) ? null : t("a value");
	}

	#field(): string | null {
		if (this.#peek() !== '"' || !this.#match(STRING)) return t("a name in double quotes");
		return this.#take(":") ? this.#value() : "“:”";
	}

	#items(end: string, item: () => string | null): string | null {
		this.at++;
		if (this.#take(end)) return null;
		do {
			const fault = item();
			if (fault) return fault;
		} while (this.#take(","));
		return this.#take(end) ? null : t("“,” or “{end}”", { end });
	}

	#peek(): string {
		while (/\s/.test(this.#text[this.at] ?? "")) this.at++;
		return this.#text[this.at] ?? "";
	}

	#take(sign: string): boolean {
		if (this.#peek() !== sign) return false;
		this.at++;
		return true;
	}

	#match(pattern: RegExp): boolean {
		pattern.lastIndex = this.at;
		const matched = pattern.exec(this.#text);
		if (matched) this.at = pattern.lastIndex;
		return matched !== null;
	}
}
