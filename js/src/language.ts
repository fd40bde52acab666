/** The studio's words in the language of the page; English is what the code says, other tables come from the kernel. */

export type Words = Record<string, string>;

let words: Words = {};
/** Of the table; without one, numbers are English and dates the browser's. */
let language: string | undefined;
/** To make one for each number is slow. */
let numbers = new Intl.NumberFormat("en");

/** Speaks as this table says; what it lacks stays English. */
export function speak(table: Words, tag?: string): void {
	words = table;
	language = tag;
	numbers = new Intl.NumberFormat(tag ?? "en");
}

/** What `speak` was told: a module with a copy of its own is told the same. */
export function spoken(): [table: Words, tag: string | undefined] {
	return [words, language];
}

/** The sentence in the page's language, each `{name}` filled in. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
	return (words[sentence] ?? sentence).replace(/\{(\w+)\}/g, (whole, name) => written(values[name] ?? whole));
}

/** As `t`, `{n}` being the count: one sentence for one, another for none or several. */
export function counted(
	n: number,
	one: string,
	several: string,
	values: Record<string, string | number> = {},
): string {
	return t(n === 1 ? one : several, { n, ...values });
}

/** "12%", "0.4%": what is more than nothing is never told as nothing. */
export function percent(share: number): string {
	return share.toLocaleString(language ?? "en", {
		style: "percent",
		maximumSignificantDigits: share < 0.1 ? 2 : 3,
	});
}

export function day(seconds: number): string {
	return new Date(seconds * 1000).toLocaleDateString(language);
}

function written(value: string | number): string {
	return typeof value === "number" ? numbers.format(value) : value;
}
