/**
 * The widget: assembles the parts and gives back what undoes them. A function, because a host calls it once a
 * model, and all views of one studio share what it holds.
 */

import type { Initialize, Render } from "@anywidget/types";
import { announcer } from "./announcer.ts";
import { composer } from "./composer.ts";
import { h, on, say, statusLine } from "./element.ts";
import { finder } from "./finder.ts";
import { jobCards } from "./jobs.ts";
import type { HostModel } from "./kernel.ts";
import { guardKeys } from "./keyboard.ts";
import { spoken, t } from "./language.ts";
import { deletionCards, noticeCards } from "./notices.ts";
import type { Traits } from "./protocol.ts";
import { several } from "./several.ts";
import type { Undo } from "./signal.ts";
import { stage } from "./stage.ts";
import { strip } from "./strip.ts";
import { openStudio, openView, type Studio, type View } from "./studio.ts";
import { welcome } from "./welcome.ts";

/** How long the page waits for its language. */
const PATIENCE = 1000;

export default (): { initialize: Initialize<Traits>; render: Render<Traits> } => {
	let shared: Studio | undefined;
	return {
		initialize({ model }) {
			const studio = openStudio(model);
			shared = studio;
			return () => {
				studio.close();
				if (shared === studio) shared = undefined;
			};
		},
		render({ model, el }) {
			const own = shared ?? openStudio(model);
			const undraw = drawn(own, model, el);
			return () => {
				undraw();
				if (own !== shared) own.close();
			};
		},
	};
};

/** Drawn anew when the words are others; the first time waits for them, but not for long. */
function drawn(studio: Studio, model: HostModel, el: HTMLElement): Undo {
	const { speech } = studio;
	let close = () => {};
	const draw = () => {
		clearTimeout(late);
		close();
		close = show(studio, model, el);
	};
	const late = speech.ready ? undefined : setTimeout(draw, PATIENCE);
	const off = speech.changed.on(draw);
	if (speech.ready) draw();
	return () => {
		clearTimeout(late);
		off();
		close();
	};
}

function show(studio: Studio, model: HostModel, el: HTMLElement): Undo {
	const root = h("div", { class: "nbimagegen", lang: spoken()[1] ?? "en" });
	const view = openView(studio, model, root);
	const { ask, settings, listen } = composer(view);
	root.append(h("div", { class: "studio" }, ask, results(view), settings));
	const host = el.appendChild(h("div", { class: "nbimagegen-host" }, root));
	view.keep(guardKeys(root));
	listen(root);
	tellLoss(view, root);
	// What a press opens is there by then, so that what is typed after it goes there.
	let fetchLater: (() => unknown) | undefined = () => view.later.load();
	for (const name of ["pointerover", "focusin"] as const) {
		on(root, name, () => {
			fetchLater?.();
			fetchLater = undefined;
		});
	}
	return () => {
		view.close();
		host.remove();
	};
}

function results(view: View): HTMLElement {
	const { element, toggle } = strip(view);
	return h(
		"div",
		{ class: "results" },
		jobCards(view),
		noticeCards(view),
		stage(view),
		finder(view, toggle),
		deletionCards(view),
		element,
		several(view),
		welcome(view),
		announcer(view),
	);
}

function tellLoss(view: View, root: HTMLElement): void {
	const line = statusLine("gone");
	root.prepend(line);
	const tell = () => {
		root.toggleAttribute("data-gone", view.kernel.gone);
		const gone = t(
			"The kernel has gone. Run the cell again to go on; your pictures are in the session's history.",
		);
		say(line, view.kernel.gone ? gone : "");
	};
	view.keep(view.kernel.lost.on(tell));
	tell();
}
