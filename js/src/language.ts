/** The studio's words in the language of the page; English is what the code says, other tables come from the kernel. */

export type Words = Record<string, string>;

let words: Words = {};

/** Speaks as this table says; what it lacks stays English. */
export function speak(table: Words): void {
	words = table;
}

/** The sentence in the page's language, each `{name}` filled in. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
	return (words[sentence] ?? sentence).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
