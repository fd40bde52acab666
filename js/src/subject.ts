/** Which picture stands on the stage: what Python opened, else what was selected last, else what came last. */

import { Signal } from "./signal.ts";
import type { View } from "./studio.ts";

export class Subject {
	/** It may be another now. */
	readonly changed = new Signal();
	readonly #view: View;
	#opened: string | undefined;
	/** What came last, where it is not the first of the list. */
	#newest: string | undefined;

	constructor(view: View) {
		this.#view = view;
		const { pictures, draft, keep, leaving, chosen } = view;
		keep(pictures.arrived.on((came) => this.#take(came.map(({ id }) => id))));
		// Python may delete it as well.
		keep(pictures.came.on((id) => pictures.missing(id, "details") && this.#forget([id])));
		keep(leaving.on((ids) => this.#forget(ids)));
		keep(chosen.on(() => this.open(undefined)));
		keep(
			draft.changed.on((name) => {
				if (name === "filter") this.#newest = undefined;
				if (name === "selected") this.open(undefined);
			}),
		);
	}

	get id(): string | undefined {
		const { draft, pictures } = this.#view;
		return this.#opened ?? draft.get("selected").at(-1) ?? this.#newest ?? pictures.at(0)?.id;
	}

	/** Stands before what is selected, until something is chosen. */
	open(id: string | undefined): void {
		this.#opened = id;
		this.changed.emit();
	}

	/** Of several that came at once, the last that was made. */
	#take(came: string[]): void {
		const { order = "newest" } = this.#view.draft.get("filter");
		this.#newest = order === "newest" ? undefined : came.at(order === "oldest" ? -1 : 0);
		this.changed.emit();
	}

	#forget(ids: string[]): void {
		if (this.#newest !== undefined && ids.includes(this.#newest)) this.#newest = undefined;
		if (this.#opened !== undefined && ids.includes(this.#opened)) this.#opened = undefined;
		this.changed.emit();
	}
}
