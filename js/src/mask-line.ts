/**
 * The painter's line to the kernel: each mask goes there soon after it was painted, so that none is lost, and one
 * that was set elsewhere comes here. An empty mask is none: a request with it would ask that nothing be changed.
 */

import { busy, freshId } from "./clicks.ts";
import type { Dialog } from "./dialog.ts";
import { t } from "./language.ts";
import type { Painting } from "./mask-painting.ts";
import { readMask, writeMask } from "./mask-png.ts";
import type { Mask } from "./protocol.ts";
import { Pulls } from "./pulls.ts";
import type { View } from "./studio.ts";
import { upload } from "./upload.ts";

/** After the last stroke. */
const PAUSE = 600;

export class MaskLine {
	readonly #view: View;
	readonly #id: string;
	readonly #painting: Painting;
	readonly #tell: (sentence: string) => void;
	readonly #pull: Pulls;
	/** Revisions that were painted here. */
	readonly #own = new Set<string>();
	/** The revision that stands here. */
	#held = "";
	/** Sendings that the kernel has not answered. */
	#unheard = 0;
	#isStale = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#queue = Promise.resolve();

	constructor(
		view: View,
		{ keep }: Pick<Dialog, "keep">,
		id: string,
		painting: Painting,
		tell: (sentence: string) => void,
	) {
		[this.#view, this.#id, this.#painting, this.#tell] = [view, id, painting, tell];
		this.#pull = new Pulls(1, () => view.kernel.send({ kind: "mask" }));
		keep(() => this.#pull.stop());
		keep(painting.stepped.on((isOurs) => this.#stepped(isOurs)));
		keep(view.kernel.on("mask", ({ source, revision }, file) => this.#came(source, revision, file)));
		view.watch("_mask", (mask) => this.#changed(mask), keep);
	}

	/** Sends what has not been sent; done when it has left. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#queue = this.#queue.then(() => (this.#isStale ? this.#send() : undefined));
		if (this.#isStale) {
			const has = this.#painting.mask.count > 0;
			this.#view.draft.painted = { source: this.#id, has, left: this.#queue };
		}
		return this.#queue;
	}

	/** A step that is not ours is what the kernel has already. */
	#stepped(isOurs: boolean): void {
		clearTimeout(this.#timer);
		this.#isStale = isOurs;
		if (isOurs) this.#timer = setTimeout(() => this.flush(), PAUSE);
	}

	async #send(): Promise<void> {
		this.#isStale = false;
		// The kernel has no mask of it then, and takes none away but that of its source.
		if (this.#painting.mask.count === 0 && this.#view.draft.get("source") !== this.#id) return;
		this.#unheard++;
		const bytes = this.#painting.mask.count > 0 ? await writeMask(this.#painting.mask) : undefined;
		await new Promise<void>((left) => {
			const late = () => {
				this.#tell(busy());
				left();
			};
			const answered = (refusal: string | null) => {
				this.#unheard--;
				this.#tell(refusal ?? "");
				left();
			};
			if (bytes) this.#paint(bytes, late, left).then(answered);
			else this.#unpaint(late, answered, left);
		});
	}

	/** `left` with the last part: a press of Generate comes behind it, whether the kernel has answered or not. */
	#paint(bytes: Blob, late: () => void, left: () => void): Promise<string | null> {
		const name = freshId();
		this.#own.add(name);
		const request = (part: number, parts: number) => {
			if (part === parts - 1) queueMicrotask(left);
			return { kind: "paint", source: this.#id, upload: name, part, parts } as const;
		};
		return upload(this.#view, bytes, request, { late });
	}

	#unpaint(late: () => void, answered: (refusal: string | null) => void, left: () => void): void {
		this.#held = "";
		this.#view.clicks.press({ kind: "unpaint" }, { late, answered });
		left();
	}

	/** Something newer is on its way from here, or this was made here. */
	#isOurs(revision: string): boolean {
		return this.#isStale || this.#unheard > 0 || this.#own.has(revision);
	}

	#changed({ source, revision = "" }: Mask): void {
		const held = this.#held;
		// The mask of another picture says nothing of this one.
		this.#held = source === this.#id ? revision : "";
		if (source === this.#id && revision !== held && !this.#isOurs(revision)) this.#pull.want("mask");
		else if (source === undefined && held && !this.#isOurs("")) this.#empty();
	}

	/** Taken away elsewhere. */
	#empty(): void {
		this.#painting.load(new Uint8Array(this.#painting.mask.pixels.length));
	}

	async #came(source: string, revision: string, file: DataView | undefined): Promise<void> {
		if (source !== this.#id || !file) return;
		this.#pull.came("mask");
		const pixels = await readMask(file, this.#painting.mask).catch(() => undefined);
		if (!pixels) this.#tell(t("The mask that is there could not be read."));
		else if (!this.#isOurs(revision)) this.#painting.load(pixels);
	}
}
