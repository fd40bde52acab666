/** Brings the dialogs' code and sheet from the kernel, once a studio; most cells never open one. */

import type * as Module from "./dialogs.ts";
import type { Kernel } from "./kernel.ts";
import type { Undo } from "./signal.ts";

export type Dialogs = typeof Module;
/** Makes a module of its text; a page without `blob:` modules could not have loaded the studio itself. */
type Import = (code: DataView) => Promise<Dialogs>;

export class Later {
	readonly #kernel: Kernel;
	readonly #keep: (undo: Undo) => void;
	readonly #sheet = new CSSStyleSheet();
	#module: Promise<Dialogs> | undefined;
	#come: ((dialogs: Promise<Dialogs>) => void) | undefined;

	constructor(kernel: Kernel, keep: (undo: Undo) => void, make: Import = fromBlob) {
		this.#kernel = kernel;
		this.#keep = keep;
		keep(
			kernel.on("dialogs", (_, code, sheet) => {
				if (!code || !sheet) return;
				this.#sheet.replaceSync(new TextDecoder().decode(sheet));
				this.#come?.(make(code));
				this.#come = undefined;
			}),
		);
	}

	/** Asks for them where they are not there; a message may be lost, so each call asks anew until they come. */
	load(): Promise<Dialogs> {
		this.#module ??= new Promise((come) => {
			this.#come = come;
		});
		if (this.#come) this.#kernel.send({ kind: "dialogs" });
		return this.#module;
	}

	/** Dresses the dialogs that stand in this document, for as long as there is the studio: it may have other views. */
	dress(root: Node): void {
		const place = root.getRootNode() as Document | ShadowRoot;
		if (place.adoptedStyleSheets.includes(this.#sheet)) return;
		place.adoptedStyleSheets.push(this.#sheet);
		this.#keep(() => {
			place.adoptedStyleSheets = place.adoptedStyleSheets.filter((each) => each !== this.#sheet);
		});
	}
}

async function fromBlob(code: DataView): Promise<Dialogs> {
	const url = URL.createObjectURL(new Blob([code as DataView<ArrayBuffer>], { type: "text/javascript" }));
	try {
		return await import(url);
	} finally {
		URL.revokeObjectURL(url);
	}
}
