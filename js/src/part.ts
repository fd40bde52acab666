/** What the composer asks of each of its parts before it sends what is seen. */

import type { Request } from "./protocol.ts";

export type Asked = Extract<Request, { kind: "generate" }>;

export interface Part {
	element: HTMLElement;
	/** Takes over what was typed and not yet left. */
	commit?(): void;
	/** Why what is seen cannot be sent, as a sentence; null if it can. */
	problem?(): string | null;
	/** What it adds to the request. */
	seen?(): Partial<Asked>;
}
