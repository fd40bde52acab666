/** The newest unfinished picture of each running job, shared by all views; gone with its job. */

import type { HostModel, Kernel } from "./kernel.ts";
import { objectUrl, revoke } from "./object-url.ts";
import { Signal, type Undo } from "./signal.ts";

export class Previews {
	readonly came = new Signal<string>();
	readonly #urls = new Map<string, string>();

	constructor(model: HostModel, kernel: Kernel, keep: (undo: Undo) => void) {
		const running = () => new Set(list(model.get("running")).map(({ id }) => id));
		const prune = () => this.#prune(running());
		keep(
			kernel.on("partial", ({ generation, type }, bytes) => {
				// One may overtake the news that its job has ended.
				if (bytes && running().has(generation)) this.#take(generation, objectUrl(bytes, type));
			}),
		);
		model.on("change:running", prune);
		keep(() => model.off("change:running", prune));
		keep(() => this.#prune(new Set()));
	}

	url(generation: string): string | undefined {
		return this.#urls.get(generation);
	}

	#take(generation: string, url: string): void {
		revoke(this.#urls.get(generation));
		this.#urls.set(generation, url);
		this.came.emit(generation);
	}

	#prune(alive: Set<string>): void {
		for (const [generation, url] of this.#urls) {
			if (alive.has(generation)) continue;
			this.#urls.delete(generation);
			revoke(url);
		}
	}
}

function list<T>(value: T[]): T[] {
	return Array.isArray(value) ? value : [];
}
