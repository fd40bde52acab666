/**
 * What the user sees and edits, and the only place that writes traits. The kernel answers each edit with an
 * echo, which may arrive after the next keystroke: an echo of ours is not news and never reaches a control.
 */

import type { HostModel } from "./kernel.ts";
import type { Filter, Request, Traits, Value, Values } from "./protocol.ts";
import { Signal, type Undo } from "./signal.ts";

export type Drafted = Pick<
	Traits,
	| "prompt"
	| "gateway"
	| "model"
	| "n"
	| "parameters"
	| "extra"
	| "selected"
	| "filter"
	| "source"
	| "references"
>;
type Name = keyof Drafted;
type Asked = Extract<Request, { kind: "generate" }>;
type Setting = Exclude<Name, "selected" | "filter" | "source" | "references">;

/** A larger selection goes by messages, so that the synced state stays small. */
const MOST_SELECTED = 60;
const ECHO_LIFETIME = 1500;
const ECHOES_KEPT = 100;

const text = (value: unknown) => (typeof value === "string" ? value : "");
const count = (value: unknown) => (Number.isInteger(value) && Number(value) > 0 ? Number(value) : 1);
const ids = (value: unknown) => (Array.isArray(value) ? value.filter((id) => typeof id === "string") : []);

function values(value: unknown): Values {
	return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Values) : {};
}

const READ: { [K in Name]: (value: unknown) => Drafted[K] } = {
	prompt: text,
	gateway: text,
	model: text,
	n: count,
	parameters: values,
	extra: values,
	selected: ids,
	source: text,
	references: ids,
	filter: (value) => values(value) as Filter,
};

export class Draft {
	readonly changed = new Signal<Name>();
	readonly #model: HostModel;
	#seen: Drafted;
	#sent: { name: Name; value: string; until: number }[] = [];

	constructor(model: HostModel, keep: (undo: Undo) => void) {
		this.#model = model;
		const names = Object.keys(READ) as Name[];
		this.#seen = Object.fromEntries(names.map((name) => [name, READ[name](model.get(name))])) as Drafted;
		for (const name of names) {
			const hear = () => this.#hear(name);
			model.on(`change:${name}`, hear);
			keep(() => model.off(`change:${name}`, hear));
		}
		const count = () => this.#countSelected();
		model.on("change:_selected_count", count);
		keep(() => model.off("change:_selected_count", count));
		count();
	}

	/** Takes over the whole of a selection that is too large for the trait. */
	take(selected: string[]): void {
		if (same(selected, this.#seen.selected)) return;
		this.#seen = { ...this.#seen, selected };
		this.changed.emit("selected");
	}

	/** A mask that is on its way to the kernel: of which picture, whether it is one, and when it has left. */
	painted: { source: string; has: boolean; left: Promise<unknown> } | undefined;

	/** What a press of Generate does with the picture that is changed, or the references. */
	get operation(): "generate" | "edit" {
		return this.#seen.source || this.#seen.references.length > 0 ? "edit" : "generate";
	}

	get<K extends Name>(name: K): Drafted[K] {
		return this.#seen[name];
	}

	edit(edits: Partial<Drafted>): void {
		const names = (Object.keys(edits) as Name[]).filter((name) => !same(edits[name], this.#seen[name]));
		if (names.length === 0) return;
		this.#seen = { ...this.#seen, ...edits };
		for (const name of names) this.#remember(name);
		this.#write(names);
		for (const name of names) this.changed.emit(name);
	}

	/** What is seen of the settings, as one press of Generate sends it. */
	request(): Pick<Asked, "kind" | Setting> {
		const { selected: _, filter: __, source: ___, references: ____, ...asked } = this.#seen;
		return { kind: "generate", ...asked };
	}

	#write(names: Name[]): void {
		const { selected } = this.#seen;
		const isLarge = (name: Name) => name === "selected" && selected.length > MOST_SELECTED;
		for (const name of names) if (!isLarge(name)) this.#model.set(name, this.#seen[name]);
		if (names.some(isLarge)) this.#model.send({ kind: "select", ids: selected });
		this.#model.save_changes();
	}

	#remember(name: Name): void {
		// The kernel drops parameters that another model does not take; that answer may equal an older edit.
		if (name === "gateway" || name === "model") this.#forget("parameters");
		this.#sent.push({ name, value: JSON.stringify(this.#seen[name]), until: Date.now() + ECHO_LIFETIME });
		this.#sent = this.#sent.slice(-ECHOES_KEPT);
	}

	#forget(name: Name): void {
		this.#sent = this.#sent.filter((sent) => sent.name !== name);
	}

	/** The kernel tells the last ones of a large selection, and how many they are. */
	#countSelected(): void {
		const count = this.#model.get("_selected_count") || 0;
		if (count === this.#seen.selected.length) return;
		if (count > MOST_SELECTED) this.#model.send({ kind: "selection" });
		else this.take(ids(this.#model.get("selected")));
	}

	#hear(name: Name): void {
		const value = READ[name](this.#model.get(name));
		if (name === "selected" && this.#isEndOfSelection(value as string[])) return;
		if (same(value, this.#seen[name]) || this.#isEcho(name, value)) return;
		this.#forget(name);
		this.#seen = { ...this.#seen, [name]: value };
		this.changed.emit(name);
	}

	#isEndOfSelection(ids: string[]): boolean {
		const { selected } = this.#seen;
		return selected.length > MOST_SELECTED && same(ids, selected.slice(-MOST_SELECTED));
	}

	#isEcho(name: Name, value: unknown): boolean {
		const json = JSON.stringify(value);
		return this.#sent.some((sent) => sent.name === name && sent.value === json && sent.until > Date.now());
	}
}

export function same(one: unknown, other: unknown): boolean {
	return one === other || ordered(one) === ordered(other);
}

/** JSON with sorted names: the order in which an object's fields arrive means nothing. */
function ordered(value: unknown): string {
	return JSON.stringify(value, (_, part: Value) =>
		part !== null && typeof part === "object" && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part,
	);
}
