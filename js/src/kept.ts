/** What was used last, as much of it as is to be kept: the rest is let go of, used longest ago first. */

export class Kept<T> {
	readonly #held = new Map<string, T>();
	readonly #most: number;
	readonly #drop: (value: T) => void;

	constructor(most: number, drop: (value: T) => void = () => {}) {
		this.#most = most;
		this.#drop = drop;
	}

	get(id: string): T | undefined {
		const value = this.#held.get(id);
		if (value === undefined) return undefined;
		this.#held.delete(id);
		this.#held.set(id, value);
		return value;
	}

	/** `tooMuch` tells, where the number alone does not, whether one more is to go. */
	set(id: string, value: T, tooMuch?: (held: T[]) => boolean): void {
		this.delete(id);
		this.#held.set(id, value);
		for (const first of [...this.#held.keys()]) {
			if (this.#held.size <= this.#most && !tooMuch?.([...this.#held.values()])) return;
			this.delete(first);
		}
	}

	delete(id: string): void {
		const value = this.#held.get(id);
		this.#held.delete(id);
		if (value !== undefined) this.#drop(value);
	}

	clear(): void {
		for (const id of [...this.#held.keys()]) this.delete(id);
	}
}
