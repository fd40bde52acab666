/**
 * What a picture is made from besides words: what a press of Generate sends of it, and why it cannot be sent. The
 * tray that shows it is of the second part, since most pictures are made from words alone.
 */

import { h, say, statusLine } from "./element.ts";
import { t } from "./language.ts";
import type { Part } from "./part.ts";
import type { Mask } from "./protocol.ts";
import type { View } from "./studio.ts";

export function inputs(view: View): Part {
	const { draft, catalog, keep } = view;
	const note = statusLine("error");
	const element = h("div", { class: "inputs" }, note);
	let mask: Mask = {};
	const why = () => (draft.operation === "edit" ? (found(view, hasMask(), mask.share) ?? "") : "");
	const hasMask = () => {
		const { source, painted } = { source: draft.get("source"), painted: draft.painted };
		return source !== "" && (painted?.source === source ? painted.has : mask.source === source);
	};
	const show = () => {
		say(note, why());
		if (draft.operation === "edit") view.open((dialogs) => dialogs.trayOf(view));
	};
	view.watch("_mask", (told) => {
		mask = told ?? {};
		// What was painted here has arrived, or something newer has.
		draft.painted = undefined;
		show();
	});
	keep(draft.changed.on((name) => ["source", "references", "gateway", "model"].includes(name) && show()));
	keep(catalog.changed.on(show));
	const waits = () => element.getAttribute("aria-busy") === "true";
	return {
		element,
		problem: () =>
			waits() ? t("A picture is still on its way; press again once it is here.") : why() || null,
		seen: () => ({
			operation: draft.operation,
			source: draft.get("source"),
			references: draft.get("references"),
			mask: hasMask(),
		}),
	};
}

/** Why the model cannot start from what is there, with what can be done about it. */
function found({ draft, catalog }: View, hasMask: boolean, share: number | undefined): string | undefined {
	const [id, model] = [draft.get("gateway"), draft.get("model")];
	const gateway = catalog.gateway(id)?.label ?? id;
	const n = draft.get("references").length + Number(draft.get("source") !== "");
	const { most, mask } = catalog.inputs(id, model);
	if (!catalog.offers(id, model, "edit"))
		return t(
			"{gateway} makes pictures from words alone with {model}. Choose another model, or take these out.",
			{
				gateway,
				model,
			},
		);
	if (n > most)
		return t("{model} starts from at most {most} pictures, and here are {n}.", { model, most, n });
	if (hasMask && !mask)
		return t("{gateway} takes no mask with {model}. Choose another model, or remove the mask.", {
			gateway,
			model,
		});
	if (hasMask && share === 0) return t("The mask selects nothing: paint where the picture may change.");
	return undefined;
}
