/** What the kernel offers: gateways, their models, and its clock. Empty until the kernel has answered. */

import type { Kernel } from "./kernel.ts";
import type { Gateway, Model } from "./protocol.ts";
import { Signal, type Undo } from "./signal.ts";

export class Catalog {
	readonly changed = new Signal();
	gateways: Gateway[] = [];
	#ahead = 0;

	constructor(kernel: Kernel, keep: (undo: Undo) => void) {
		keep(
			kernel.on("catalog", ({ now, gateways }) => {
				this.gateways = Array.isArray(gateways) ? gateways : [];
				this.#ahead = Number.isFinite(now) ? now - Date.now() / 1000 : 0;
				this.changed.emit();
			}),
		);
	}

	gateway(id: string): Gateway | undefined {
		return this.gateways.find((gateway) => gateway.id === id);
	}

	model(gateway: string, id: string): Model | undefined {
		return this.gateway(gateway)?.models.find((model) => model.id === id);
	}

	/** Seconds since 1970 by the kernel's clock, which may stand on another machine. */
	now(): number {
		return Date.now() / 1000 + this.#ahead;
	}
}
