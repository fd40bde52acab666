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

/** Gathers what is to be undone, and undoes it, last first; what `keep` gives back takes one out again. */
export function undoing(): { keep: (undo: Undo) => Undo; undo: Undo } {
	const undos = new Set<Undo>();
	return {
		keep: (undo) => {
			undos.add(undo);
			return () => undos.delete(undo);
		},
		undo: () => {
			const last = [...undos].reverse();
			undos.clear();
			for (const undo of last) undo();
		},
	};
}
