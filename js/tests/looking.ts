/** A studio's view with pictures in it, and dialogs opened straight from their modules. */

import { beforeEach, vi } from "vitest";
import type { Details, Entry, Traits } from "../src/protocol.ts";
import { openStudio, openView, type View } from "../src/studio.ts";
import { catalog, details, FakeModel, page } from "./fake.ts";

beforeEach(() => {
	vi.stubGlobal(
		"ResizeObserver",
		class {
			observe(): void {}
			disconnect(): void {}
		},
	);
});

export interface Seen {
	model: FakeModel;
	view: View;
	/** The kernel's answer to what was asked of these. */
	bring(ids: string[], fields?: Partial<Details>): Promise<void>;
}

export async function see(pictures: Entry[], traits: Partial<Traits> = {}): Promise<Seen> {
	const model = new FakeModel({ ...traits, _count: pictures.length });
	const studio = openStudio(model.asModel());
	const view = openView(studio, model.asModel(), document.body.appendChild(document.createElement("div")));
	model.reply(catalog());
	model.reply(page(pictures));
	const bring = async (ids: string[], fields: Partial<Details> = {}) => {
		for (const id of ids) {
			const entry = pictures.find((each) => each.id === id);
			model.reply({ kind: "details", details: { ...details(id, fields), ...entry } });
			for (const kind of ["thumbnail", "original"] as const) {
				model.reply({ kind, id, type: "image/png" }, new Uint8Array([1]));
			}
		}
		await vi.advanceTimersByTimeAsync(200);
	};
	return { model, view, bring };
}

export function dialog(): HTMLDialogElement {
	return document.querySelector("dialog") as HTMLDialogElement;
}
