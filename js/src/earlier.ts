/** Earlier prompts of the session, a page at a time, each once; and a walk through them in the prompt box. */

import type { View } from "./studio.ts";

/** Asks for prompts that contain a text. */
export class Earlier {
	readonly prompts: string[] = [];
	/** Behind which to go on; undefined where there are no more. */
	#next: string | undefined = "";
	#asked = false;
	readonly #view: View;
	readonly #text: string;

	/** `came`: a page is here; called until what comes back is called. */
	constructor(view: View, text: string, came: () => void) {
		this.#view = view;
		this.#text = text;
		this.close = view.kernel.on("prompts", (reply) => {
			if (reply.text !== text || reply.before !== this.#next) return;
			this.#asked = false;
			this.#next = reply.next || undefined;
			const known = new Set(this.prompts);
			this.prompts.push(...reply.prompts.filter((prompt) => !known.has(prompt)));
			came();
		});
	}

	readonly close: () => void;

	get hasMore(): boolean {
		return this.#next !== undefined;
	}

	more(): void {
		if (this.#asked || this.#next === undefined) return;
		this.#asked = true;
		this.#view.kernel.send({ kind: "prompts", text: this.#text, before: this.#next });
	}
}

interface Walk {
	earlier: Earlier;
	/** What was being written, to come back to. */
	draft: string;
	/** -1 is the draft. */
	at: number;
	/** What the last step put in: anything else ends the walk. */
	shown: string;
}

const walks = new WeakMap<HTMLTextAreaElement, Walk>();

/** Goes `back` one prompt, or, below zero, forth. */
export function walk(view: View, box: HTMLTextAreaElement, back: number): void {
	let found = walks.get(box);
	if (!found || found.shown !== box.value) found = begin(view, box, found);
	found.at = Math.max(-1, found.at + back);
	show(view, box, found);
}

function begin(view: View, box: HTMLTextAreaElement, before: Walk | undefined): Walk {
	before?.earlier.close();
	const draft = box.value;
	const earlier: Earlier = new Earlier(view, "", () => show(view, box, begun));
	const begun: Walk = { earlier, draft, at: -1, shown: draft };
	walks.set(box, begun);
	view.keep(earlier.close);
	return begun;
}

function show(view: View, box: HTMLTextAreaElement, held: Walk): void {
	if (walks.get(box) !== held || box.value !== held.shown) return;
	const { earlier, draft } = held;
	const prompts = earlier.prompts.filter((prompt) => prompt !== draft);
	if (held.at >= prompts.length) {
		earlier.more(); // and this is called again
		if (earlier.hasMore) return;
		held.at = prompts.length - 1;
	}
	held.shown = prompts[held.at] ?? draft;
	view.draft.edit({ prompt: held.shown });
	box.dataset.recalled = "";
	box.setSelectionRange(held.shown.length, held.shown.length);
}
