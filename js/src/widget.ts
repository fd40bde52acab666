/**
 * The widget: assembles the parts and gives back what undoes them. A function, because a host calls it once a
 * model, and all views of one studio share what it holds.
 */

import type { Initialize, Render } from "@anywidget/types";
import { composer } from "./composer.ts";
import { h, say } from "./element.ts";
import { finder } from "./finder.ts";
import { jobCards } from "./jobs.ts";
import type { HostModel } from "./kernel.ts";
import { guardKeys } from "./keyboard.ts";
import { noticeCards } from "./notices.ts";
import type { Traits } from "./protocol.ts";
import type { Undo } from "./signal.ts";
import { stage } from "./stage.ts";
import { strip } from "./strip.ts";
import { openStudio, openView, type Studio, type View } from "./studio.ts";
import { welcome } from "./welcome.ts";

const GONE = "The kernel has gone. Run the cell again to go on; your pictures are in the session's history.";

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
			const close = show(own, model, el);
			return () => {
				close();
				if (own !== shared) own.close();
			};
		},
	};
};

function show(studio: Studio, model: HostModel, el: HTMLElement): Undo {
	const root = h("div", { class: "nbimagegen" });
	const view = openView(studio, model, root);
	const { ask, settings, listen } = composer(view);
	root.append(h("div", { class: "studio" }, ask, results(view), settings));
	const host = el.appendChild(h("div", { class: "nbimagegen-host" }, root));
	view.keep(guardKeys(root));
	listen(root);
	tellLoss(view, root);
	return () => {
		view.close();
		host.remove();
	};
}

function results(view: View): HTMLElement {
	return h(
		"div",
		{ class: "results" },
		jobCards(view),
		noticeCards(view),
		stage(view),
		finder(view),
		strip(view),
		welcome(view),
		announcer(view),
	);
}

/** Tells those who cannot see it that a picture has come. */
function announcer({ pictures, keep }: View): HTMLElement {
	const line = h("p", { class: "hidden", role: "status" });
	keep(pictures.arrived.on(([picture]) => picture && say(line, `New picture: ${picture.prompt}`)));
	return line;
}

function tellLoss(view: View, root: HTMLElement): void {
	const line = h("p", { class: "gone", role: "status", hidden: true });
	root.prepend(line);
	const tell = () => {
		root.toggleAttribute("data-gone", view.kernel.gone);
		say(line, view.kernel.gone ? GONE : "");
	};
	view.keep(view.kernel.lost.on(tell));
	tell();
}
