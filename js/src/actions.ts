/** What can be made of a picture: changed, varied, made again, drawn on, its prompt used once more. */

import { tell } from "./clicks.ts";
import { t } from "./language.ts";
import type { Details, Operation } from "./protocol.ts";
import type { View } from "./studio.ts";

export interface Action {
	/** Why it cannot be done, as a sentence; empty where it can. */
	why?: (view: View, id: string) => string;
	/** `ids`: all that are meant, where that can be several. */
	act: (view: View, id: string, ids: string[]) => void;
}

/** By the key that does it. */
export const ACTIONS = {
	e: { why: lacking("edit"), act: (view, id) => view.reuse.emit({ source: id }) },
	v: { why: lacking("vary"), act: vary },
	a: { why: unasked, act: (view, picture) => pay(view, { kind: "again", picture }) },
	r: { why: lacking("edit"), act: refer },
	p: { act: (view, id) => whenKnown(view, id, ({ prompt }) => view.reuse.emit({ prompt })) },
} satisfies Record<string, Action>;

export type ActionKey = keyof typeof ACTIONS;

export function isAction(key: string): key is ActionKey {
	return Object.hasOwn(ACTIONS, key);
}

/** Why it cannot be done, as a sentence; empty where it can. */
export function whyNot(view: View, key: ActionKey, id: string): string {
	return (ACTIONS[key] as Action).why?.(view, id) ?? "";
}

/** Says why, where it cannot be done. */
export function perform(view: View, key: ActionKey, id: string, ids: string[]): void {
	const reason = whyNot(view, key, id);
	view.answered.emit(reason);
	if (!reason) ACTIONS[key].act(view, id, ids);
}

/** Hands over what is known of a picture, as soon as it is. */
export function whenKnown({ pictures, keep }: View, id: string, then: (details: Details) => void): void {
	const look = () => {
		const details = pictures.details(id);
		if (!details) return;
		stop();
		forget();
		then(details);
	};
	const stop = pictures.came.on(look);
	const forget = keep(stop);
	look();
}

function lacking(operation: Operation): Required<Action>["why"] {
	return ({ catalog, draft }) => {
		const [gateway, model] = [draft.get("gateway"), draft.get("model")];
		if (catalog.offers(gateway, model, operation)) return "";
		const label = catalog.gateway(gateway)?.label ?? gateway;
		return t("{gateway} does not offer this with {model}; choose another model.", { gateway: label, model });
	};
}

function unasked({ pictures }: View, id: string): string {
	const isComposite = pictures.details(id)?.operation === "composite";
	return isComposite ? t("No request made this picture, so there is none to make again.") : "";
}

function vary(view: View, picture: string): void {
	const { draft } = view;
	const [gateway, model, n] = [draft.get("gateway"), draft.get("model"), draft.get("n")];
	const [parameters, extra] = [draft.get("parameters"), draft.get("extra")];
	pay(view, { kind: "vary", picture, gateway, model, n, parameters, extra });
}

function refer({ draft, reuse }: View, _id: string, ids: string[]): void {
	reuse.emit({ references: [...new Set([...draft.get("references"), ...ids])] });
}

function pay(view: View, request: Parameters<typeof tell>[1]): void {
	view.chosen.emit();
	tell(view, request);
}
