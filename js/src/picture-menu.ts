/** All that can be done with a picture, as a menu: what costs says what, and what cannot be done says why. */

import { type ActionKey, perform, whenKnown, whyNot } from "./actions.ts";
import { copyText } from "./clipboard.ts";
import { areStarred, remove, targets, toggleStar } from "./curate.ts";
import type { Drafted } from "./draft.ts";
import { price } from "./estimate.ts";
import { t } from "./language.ts";
import { type Item, openMenu, type Place } from "./menu.ts";
import type { Details } from "./protocol.ts";
import type { View } from "./studio.ts";
import { openTags } from "./tagger.ts";
import { costs } from "./toolbar.ts";
import { openViewer } from "./viewer.ts";

/** `save` downloads a picture. */
export function openPictureMenu(view: View, id: string, place: Place, save: (id: string) => void): void {
	const root = (place instanceof Element ? place : (place.target as Element)).closest("dialog") ?? view.root;
	openMenu(root, t("Picture"), groups(view, id, save), place);
}

function groups(view: View, id: string, save: (id: string) => void): Item[][] {
	const ids = targets(view, id);
	const action = (key: ActionKey, words: string, note = ""): Item => {
		const why = whyNot(view, key, id);
		return {
			words,
			keys: ("av".includes(key) ? "Shift+" : "") + key.toUpperCase(),
			note,
			why,
			act: () => perform(view, key, id, ids),
		};
	};
	const many = ids.length;
	return [
		...(view.root.matches("dialog")
			? []
			: [[{ words: t("Look closely"), keys: t("Enter"), act: () => openViewer(view, id) }]]),
		[
			action("e", t("Edit")),
			action("v", t("Vary"), price(view.varying())),
			action("a", t("Make it again"), costs(view, id)),
			action("r", many > 1 ? t("Use {n} as references", { n: many }) : t("Use as reference")),
		],
		[
			action("p", t("Use this prompt")),
			{
				words: t("Use its settings"),
				act: () => whenKnown(view, id, (known) => use(view, settings(view, known))),
			},
			{
				words: t("Use prompt and settings"),
				act: () =>
					whenKnown(view, id, (known) => use(view, { ...settings(view, known), prompt: known.prompt })),
			},
			{ words: t("Copy the prompt"), act: () => whenKnown(view, id, ({ prompt }) => copy(view, prompt)) },
		],
		[
			{
				words: areStarred(view, ids) ? t("Take the star away") : t("Star"),
				keys: "S",
				act: () => toggleStar(view, ids),
			},
			{ words: many > 1 ? t("Tags…") : t("Tags and note…"), keys: "T", act: () => openTags(view, ids) },
			{ words: t("Download"), act: () => save(id) },
			{
				words: many > 1 ? t("Delete {n}", { n: many }) : t("Delete"),
				keys: t("Del"),
				act: () => remove(view, ids),
			},
		],
	];
}

function use(view: View, edits: Partial<Drafted>): void {
	view.reuse.emit(edits);
}

/** Those that the model takes; what goes into a request untouched is left to who wrote it. */
function settings({ catalog }: View, { gateway, model, parameters, asked_count }: Details): Partial<Drafted> {
	const taken = catalog.model(gateway, model)?.parameters.map(({ name }) => name);
	const kept = Object.entries(parameters).filter(([name]) => taken?.includes(name));
	const place = catalog.gateway(gateway) ? { gateway } : {};
	return { ...place, model, n: Math.max(1, asked_count), parameters: Object.fromEntries(kept) };
}

async function copy({ answered, root }: View, prompt: string): Promise<void> {
	answered.emit(await copyText(prompt, root));
}
