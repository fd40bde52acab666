/** Where a JSON text goes wrong. Browsers word it differently and often leave the place out. */

import type { Values } from "./protocol.ts";

export type Parsed = { values: Values; problem: null } | { values: null; problem: string };

export function parseObject(text: string): Parsed {
	if (text.trim() === "") return { values: {}, problem: null };
	try {
		const value: unknown = JSON.parse(text);
		if (value !== null && typeof value === "object" && !Array.isArray(value)) {
			return { values: value as Values, problem: null };
		}
		return { values: null, problem: 'Write an object, such as {"seed": 7}.' };
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
			? "the end"
			: `“${text.slice(scanner.at).split(/\s/)[0]?.slice(0, 12)}”`;
	return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: expected ${expected}, found ${found}.`;
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
			return this.#value() ?? (this.#peek() === "" ? null : "the end");
		} catch {
			return "less nesting";
		}
	}

	#value(): string | null {
		const next = this.#peek();
		if (next === "{") return this.#items("}", () => this.#field());
		if (next === "[") return this.#items("]", () => this.#value());
		if (next === '"') return this.#match(STRING) ? null : "a closed string";
		return this.#match(ATOM) ? null : "a value";
	}

	#field(): string | null {
		if (this.#peek() !== '"' || !this.#match(STRING)) return "a name in double quotes";
		return this.#take(":") ? this.#value() : "“:”";
	}

	#items(end: string, item: () => string | null): string | null {
		this.at++;
		if (this.#take(end)) return null;
		do {
			const fault = item();
			if (fault) return fault;
		} while (this.#take(","));
		return this.#take(end) ? null : `“,” or “${end}”`;
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
