/** What the kernel offers: gateways, their models, and its clock. Empty until the kernel has answered. */

import type { Kernel } from "./kernel.ts";
import type { Gateway, Model, Operation, Parameter } from "./protocol.ts";
import { Signal, type Undo } from "./signal.ts";

export class Catalog {
	readonly changed = new Signal();
	gateways: Gateway[] = [];
	/** Whether a typed key can be saved in this computer's keyring. */
	keyring = false;
	/** What a model takes whichever gateway serves it. */
	#general: Model[] = [];
	#ahead = 0;
	readonly #kernel: Kernel;
	readonly #asked = new Set<string>();

	constructor(kernel: Kernel, keep: (undo: Undo) => void) {
		this.#kernel = kernel;
		keep(
			kernel.on("catalog", ({ now, gateways, models, keyring }) => {
				this.gateways = rows(gateways);
				this.#general = rows(models);
				this.keyring = keyring === true;
				this.#ahead = Number.isFinite(now) ? now - Date.now() / 1000 : 0;
				this.changed.emit();
			}),
		);
	}

	gateway(id: string): Gateway | undefined {
		return this.gateways.find((gateway) => gateway.id === id);
	}

	/** The gateway's own row for this model, else the general one, else none. */
	model(gateway: string, id: string): Model | undefined {
		const row = this.gateway(gateway);
		const general = () => this.#general.find((model) => model.id === id);
		return row?.models.find((model) => model.id === id) ?? servedWith(general(), rows(row?.parameters));
	}

	/** Where nothing is known of it, the kernel says so when it is asked. */
	offers(gateway: string, id: string, operation: Operation): boolean {
		const row = this.gateway(gateway);
		const offered = row?.models.find((model) => model.id === id)?.operations ?? row?.operations;
		return offered?.includes(operation) ?? true;
	}

	/** How many pictures an edit may start from, and whether a mask may bind it. */
	inputs(gateway: string, id: string): { most: number; mask: boolean } {
		const row = this.gateway(gateway);
		const model = row?.models.find((model) => model.id === id);
		return { most: model?.max_inputs ?? 16, mask: (model ?? row)?.takes_mask ?? true };
	}

	/** Names that may be chosen: those that are known, then the rest of the gateway's own list. */
	names(gateway: string): { known: string[]; listed: string[] } {
		const row = this.gateway(gateway);
		const known = rows(row?.models).map(({ id }) => id);
		return { known, listed: rows(row?.listed).filter((id) => !known.includes(id)) };
	}

	/** Asks the gateway for its own list: once a page, and only when someone looks. */
	ask(gateway: string): void {
		if (!this.gateway(gateway)?.ready || this.#asked.has(gateway)) return;
		this.#asked.add(gateway);
		this.#kernel.send({ kind: "models", gateway });
	}

	/** A new key may open a list that the old one did not. */
	askAnew(gateway: string): void {
		this.#asked.delete(gateway);
	}

	/** Seconds since 1970 by the kernel's clock, which may stand on another machine. */
	now(): number {
		return Date.now() / 1000 + this.#ahead;
	}
}

/** A kernel of another version may leave a list out. */
function rows<T>(list: T[] | undefined): T[] {
	return Array.isArray(list) ? list : [];
}

/** As `served_with` in the kernel's catalogue: of two with one name, the gateway's counts. */
function servedWith(model: Model | undefined, parameters: Parameter[]): Model | undefined {
	if (!model) return;
	const named = [...model.parameters, ...parameters].map((each) => [each.name, each] as const);
	return { ...model, parameters: [...new Map(named).values()] };
}
