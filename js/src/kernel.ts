/**
 * The line to the kernel: typed messages in both directions, and whether the line is still there.
 * Knows nothing of what the messages mean.
 */

import type { AnyModel } from "@anywidget/types";
import type { Reply, Request, Traits } from "./protocol.ts";
import { Signal, type Undo } from "./signal.ts";

export type HostModel = AnyModel<Traits>;

type ReplyOf<K extends Reply["kind"]> = Extract<Reply, { kind: K }>;
type Handler = (reply: never, bytes: DataView | undefined, more: DataView | undefined) => void;

export class Kernel {
	readonly lost = new Signal();
	#gone = false;
	readonly #model: HostModel;
	readonly #handlers = new Map<string, Set<Handler>>();

	constructor(model: HostModel, keep: (undo: Undo) => void) {
		this.#model = model;
		const receive = (reply: unknown, buffers?: DataView<ArrayBuffer>[]) => this.#receive(reply, buffers);
		const lose = () => this.#lose();
		model.on("msg:custom", receive);
		// Hosts that tell of a closed comm or a discarded model do so by these names.
		for (const name of ["comm:close", "destroy"]) model.on(name, lose);
		// JupyterLab's only word of a restart (and of a line that is there again): what is sent then fails, or is
		// answered by what is new.
		const ask = () => this.send({ kind: "hello" });
		model.on("comm_live_update", ask);
		keep(() => {
			model.off("msg:custom", receive);
			model.off("comm_live_update" as "msg:custom", ask);
			for (const name of ["comm:close", "destroy"]) model.off(name as "msg:custom", lose);
		});
	}

	get gone(): boolean {
		return this.#gone;
	}

	send(request: Request, bytes?: ArrayBuffer): void {
		try {
			if (bytes) this.#model.send(request, undefined, [bytes]);
			else this.#model.send(request);
		} catch {
			this.#lose();
		}
	}

	on<K extends Reply["kind"]>(
		kind: K,
		handler: (reply: ReplyOf<K>, bytes: DataView | undefined, more: DataView | undefined) => void,
	): Undo {
		const handlers = this.#handlers.get(kind) ?? new Set();
		this.#handlers.set(kind, handlers.add(handler as Handler));
		return () => handlers.delete(handler as Handler);
	}

	#receive(reply: unknown, buffers: (ArrayBuffer | ArrayBufferView<ArrayBuffer>)[] = []): void {
		const kind = (reply as { kind?: unknown } | null)?.kind;
		if (typeof kind !== "string") return;
		const [bytes, more] = buffers.map(viewed);
		for (const handler of this.#handlers.get(kind) ?? []) {
			// One reply that is not as promised must not keep the others from being heard.
			try {
				handler(reply as never, bytes, more);
			} catch (error) {
				console.error(`nbimagegen: the reply "${kind}" could not be used.`, error);
			}
		}
	}

	#lose(): void {
		if (this.#gone) return;
		this.#gone = true;
		this.lost.emit();
	}
}

/** Hosts give them each in another form; Colab as `Uint8Array` (googlecolab/colab-cdn-widget-manager, src/manager.ts). */
function viewed(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>): DataView {
	return ArrayBuffer.isView(bytes)
		? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		: new DataView(bytes);
}
