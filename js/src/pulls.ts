/**
 * Asks for things by id until they come. Messages can be dropped on the way, so what does not come is
 * asked for again, a few times; what was refused is not.
 */

const PATIENCE = 6000;
const TRIES = 4;

export class Pulls {
	readonly #ask: (ids: string[]) => void;
	readonly #batch: number;
	readonly #tries = new Map<string, number>();
	#fresh = new Set<string>();
	#sending: ReturnType<typeof setTimeout> | undefined;
	#checking: ReturnType<typeof setTimeout> | undefined;

	constructor(batch: number, ask: (ids: string[]) => void) {
		this.#batch = batch;
		this.#ask = ask;
	}

	want(id: string): void {
		if (this.#tries.has(id)) return;
		this.#tries.set(id, 0);
		this.#fresh.add(id);
		// One message for all that a scroll or a render wants.
		this.#sending ??= setTimeout(() => this.#send());
	}

	came(id: string): void {
		this.#tries.delete(id);
		this.#fresh.delete(id);
	}

	stop(): void {
		clearTimeout(this.#sending);
		clearTimeout(this.#checking);
		this.#sending = this.#checking = undefined;
		this.#tries.clear();
		this.#fresh.clear();
	}

	#send(): void {
		this.#sending = undefined;
		const ids = [...this.#fresh];
		this.#fresh = new Set();
		for (const id of ids) this.#tries.set(id, (this.#tries.get(id) ?? 0) + 1);
		for (let at = 0; at < ids.length; at += this.#batch) this.#ask(ids.slice(at, at + this.#batch));
		this.#checking ??= setTimeout(() => this.#check(), PATIENCE);
	}

	#check(): void {
		this.#checking = undefined;
		for (const [id, tries] of this.#tries) {
			if (tries >= TRIES) this.#tries.delete(id);
			else this.#fresh.add(id);
		}
		if (this.#fresh.size > 0) this.#send();
	}
}
