/** The smallest way to tell others that something changed. */

export type Undo = () => void;

export class Signal<T = void> {
	readonly #listeners = new Set<(value: T) => void>();

	on(listener: (value: T) => void): Undo {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	emit(value: T): void {
		for (const listener of [...this.#listeners]) listener(value);
	}
}
