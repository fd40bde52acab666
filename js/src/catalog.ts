/** What the kernel offers: gateways, their models, and its clock. Empty until the kernel has answered. */

import type { Kernel } from "./kernel.ts";
import type { Gateway, Model, Parameter } from "./protocol.ts";
import { Signal, type Undo } from "./signal.ts";

export class Catalog {
	readonly changed = new Signal();
	gateways: Gateway[] = [];
	/** What a model takes whichever gateway serves it. */
	#general: Model[] = [];
	#ahead = 0;

	constructor(kernel: Kernel, keep: (undo: Undo) => void) {
		keep(
			kernel.on("catalog", ({ now, gateways, models }) => {
				this.gateways = rows(gateways);
				this.#general = rows(models);
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
