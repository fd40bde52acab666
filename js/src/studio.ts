/** What the views of one studio share, and what one view adds to it: ids of its own and what to undo. */

import { Catalog } from "./catalog.ts";
import { busy, Clicks } from "./clicks.ts";
import { Draft, type Drafted } from "./draft.ts";
import { type HostModel, Kernel } from "./kernel.ts";
import { spoken } from "./language.ts";
import { type Dialogs, Later } from "./later.ts";
import { Pictures } from "./pictures.ts";
import { Previews } from "./previews.ts";
import type { Estimate, Traits } from "./protocol.ts";
import { Signal, type Undo, undoing } from "./signal.ts";
import { Speech } from "./speech.ts";

export interface Studio {
	kernel: Kernel;
	draft: Draft;
	catalog: Catalog;
	clicks: Clicks;
	pictures: Pictures;
	previews: Previews;
	later: Later;
	speech: Speech;
	close: Undo;
}

export function openStudio(model: HostModel): Studio {
	const { keep, undo } = undoing();
	const kernel = new Kernel(model, keep);
	const draft = new Draft(model, keep);
	keep(kernel.on("selection", ({ ids }) => draft.take(ids)));
	const catalog = new Catalog(kernel, keep);
	const clicks = new Clicks(kernel, keep);
	const pictures = new Pictures(model, kernel, draft, keep);
	const previews = new Previews(model, kernel, keep);
	const later = new Later(kernel, keep);
	const speech = new Speech(model, kernel, keep);
	return { kernel, draft, catalog, clicks, pictures, previews, later, speech, close: undo };
}

type Told = "running" | "_running_count" | "_notices" | "_budget" | "_estimate" | "_fills" | "_mask";

export interface View extends Studio {
	root: HTMLElement;
	/** Unique on the page: several studios, and several views of one, may stand on it. */
	id(name: string): string;
	/** What the kernel alone sets. */
	watch<K extends Told>(name: K, show: (value: Traits[K]) => void, until?: (undo: Undo) => void): void;
	/** Done when the view closes; what comes back takes it out again. */
	keep(undo: Undo): Undo;
	/** Opens what stands over the page, once its code is here. */
	open(show: (dialogs: Dialogs) => void): void;
	/** Actions are for the picture that is looked at alone, whatever is selected. */
	alone?: boolean;
	/** Puts something into the prompt box or the settings, such as an earlier prompt, and goes there. */
	reuse: Signal<Partial<Drafted>>;
	/** What variations of a picture would cost. */
	varying(): Estimate;
	/** Opens all that can be done with a picture, where the pointer is or below an element. */
	menu: Signal<{ id: string; at: MouseEvent | Element }>;
	/** A picture was chosen, or made: what Python had opened is no longer looked at. */
	chosen: Signal;
	/** What the kernel said to a star, a rating or a deletion; empty where all went well. */
	answered: Signal<string>;
	/** Pictures that are about to be deleted: whoever is on one of them goes on to the next. */
	leaving: Signal<string[]>;
}

const PATIENCE = 1000;

let views = 0;

export function openView(studio: Studio, model: HostModel, root: HTMLElement): View {
	const { keep, undo } = undoing();
	const prefix = `nbig-${(views++).toString(36)}-${Date.now().toString(36)}`;
	const answered = new Signal<string>();
	return {
		...studio,
		root,
		id: (name) => `${prefix}-${name}`,
		watch: (name, show, until = keep) => watch(model, name, show, until),
		keep,
		open: (show) => open(studio.later, { root, answered }, show),
		reuse: new Signal(),
		varying: () => model.get("_vary_estimate") ?? {},
		menu: new Signal(),
		chosen: new Signal(),
		answered,
		leaving: new Signal(),
		close: undo,
	};
}

/** Says so where the code is long in coming; what is long in coming still opens. */
async function open(
	later: Later,
	{ root, answered }: Pick<View, "root" | "answered">,
	show: (dialogs: Dialogs) => void,
): Promise<void> {
	let isLate = false;
	const late = setTimeout(() => {
		isLate = true;
		answered.emit(busy());
	}, PATIENCE);
	const dialogs = await later.load();
	clearTimeout(late);
	if (isLate) answered.emit("");
	if (!root.isConnected) return;
	later.dress(root);
	// That part has words of its own.
	dialogs.speak(...spoken());
	show(dialogs);
}

function watch<K extends keyof Traits>(
	model: HostModel,
	name: K,
	show: (value: Traits[K]) => void,
	keep: (undo: Undo) => void,
): void {
	const changed = () => {
		// A notebook may hold a state that is not as promised: the rest is to be seen all the same.
		try {
			show(model.get(name));
		} catch (error) {
			console.error("nbimagegen", name, error);
		}
	};
	model.on(`change:${name}`, changed);
	keep(() => model.off(`change:${name}`, changed));
	changed();
}
