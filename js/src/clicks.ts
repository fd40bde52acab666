/**
 * Presses that must be answered. Each carries an id of its own, so that the kernel runs it once, and each
 * learns within a second whether the kernel heard it.
 */

import type { Kernel } from "./kernel.ts";
import { t } from "./language.ts";
import type { Request } from "./protocol.ts";
import type { Undo } from "./signal.ts";
import type { View } from "./studio.ts";

const PATIENCE = 1000;
/** Of more pictures, a change takes its time. */
const MANY = 60;

export const busy = () => t("The kernel is busy; interrupt it to cancel.");

type WithoutClick<R> = R extends { click: string } ? Omit<R, "click"> : never;
export type Press = WithoutClick<Request>;

export interface Outcome {
	/** Nothing was heard for a second. */
	late: () => void;
	/** The kernel answered; `refusal` is its sentence, or null where it took the press. */
	answered: (refusal: string | null) => void;
}

interface Waiting extends Outcome {
	timer: ReturnType<typeof setTimeout>;
}

export class Clicks {
	readonly #kernel: Kernel;
	readonly #waiting = new Map<string, Waiting>();

	constructor(kernel: Kernel, keep: (undo: Undo) => void) {
		this.#kernel = kernel;
		keep(kernel.on("acknowledged", ({ click }) => this.#settle(click, null)));
		keep(kernel.on("refused", ({ click, message }) => this.#settle(click, String(message))));
		keep(() => this.#drop());
	}

	/** With the same `click` again it is the same press, which the kernel runs once and answers each time. */
	press(request: Press, outcome: Outcome, bytes?: ArrayBuffer, click = freshId()): void {
		this.#waiting.set(click, { ...outcome, timer: setTimeout(outcome.late, PATIENCE) });
		this.#kernel.send({ ...request, click } as Request, bytes);
	}

	#settle(click: string, refusal: string | null): void {
		const waiting = this.#waiting.get(click);
		if (!waiting) return;
		this.#waiting.delete(click);
		clearTimeout(waiting.timer);
		waiting.answered(refusal);
	}

	#drop(): void {
		for (const { timer } of this.#waiting.values()) clearTimeout(timer);
		this.#waiting.clear();
	}
}

/** For what is done to pictures: whatever the kernel has to say of it stands below them. */
export function tell({ clicks, answered }: Pick<View, "clicks" | "answered">, request: Press): void {
	const { length: n } = "ids" in request ? request.ids : [];
	clicks.press(request, {
		late: () => answered.emit(n > MANY ? t("Changing {n} pictures…", { n }) : busy()),
		answered: (refusal) => answered.emit(refusal ?? ""),
	});
}

/** `crypto.randomUUID` is missing on a plain-http page, such as a JupyterLab on another machine. */
export function freshId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
