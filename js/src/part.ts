/** What the composer asks of each of its parts before it sends what is seen. */

export interface Part {
	element: HTMLElement;
	/** Takes over what was typed and not yet left. */
	commit?(): void;
	/** Why what is seen cannot be sent, as a sentence; null if it can. */
	problem?(): string | null;
}
