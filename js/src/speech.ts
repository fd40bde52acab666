/** Which language the page speaks: what Python set, else the page's own, else the browser's. */

import type { HostModel, Kernel } from "./kernel.ts";
import { speak } from "./language.ts";
import { Signal, type Undo } from "./signal.ts";

/** A host may write `zh_CN`; readers of other Chinese are nearer to this table than to English. */
const CHINESE = /^zh\b|^zh_/i;
const TABLE = "zh-CN";

export class Speech {
	/** The words are other ones now: what stands on the page says the old ones. */
	readonly changed = new Signal();
	/** Whether the words are those that are wanted. */
	ready = true;
	readonly #model: HostModel;
	readonly #kernel: Kernel;

	constructor(model: HostModel, kernel: Kernel, keep: (undo: Undo) => void) {
		this.#model = model;
		this.#kernel = kernel;
		keep(
			kernel.on("words", ({ language, words }) => {
				// An answer to another view of it, or one that came late.
				if (!this.ready && language === TABLE) this.#turn(words, TABLE);
			}),
		);
		const choose = () => this.#choose();
		model.on("change:language", choose);
		keep(() => model.off("change:language", choose));
		choose();
	}

	#choose(): void {
		this.ready = !CHINESE.test(wanted(this.#model.get("language")));
		if (this.ready) this.#turn({});
		else this.#kernel.send({ kind: "words", language: TABLE });
	}

	#turn(words: Record<string, string>, language?: string): void {
		this.ready = true;
		speak(words, language);
		this.changed.emit();
	}
}

function wanted(language: string | null): string {
	return language || document.documentElement.lang || navigator.language || "";
}
