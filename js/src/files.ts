/**
 * Pictures that are dropped, pasted or chosen: to start from, or to read how they were made. What becomes of them
 * is of the second part.
 */

import { DRAGGED, placed } from "./dragged.ts";
import { h, icon, on } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

const TYPES = "image/png,image/jpeg,image/webp,image/gif";

export interface Files {
	/** Chooses pictures to start from. */
	add: HTMLElement;
	/** Chooses one to read. */
	read: HTMLElement;
	/** What came of reading it. */
	line: HTMLElement;
	listen(root: HTMLElement): void;
}

type Take = (files: File[]) => void;

export function files(view: View): Files {
	const line = h("div", { class: "restored", hidden: true });
	const bring: Take = (files) => view.open((dialogs) => dialogs.trayOf(view).bring(files));
	const read: Take = ([file]) => file && view.open((dialogs) => dialogs.readSettings(view, line, file));
	const [add, one] = [chooser(bring, true), chooser(read, false)];
	const about = t("Pictures to start from: they can be dropped or pasted anywhere here, too");
	return {
		add: h(
			"button",
			{
				class: "button quiet bare",
				title: about,
				"aria-label": about,
				onclick: () => add.click(),
			},
			icon("picture"),
		),
		read: h(
			"button",
			{
				class: "link",
				title: t("Reads how a picture was made from its file"),
				onclick: () => one.click(),
			},
			icon("picture"),
			t("Settings from a picture…"),
		),
		line,
		listen: (root) => {
			root.append(add, one);
			receive(view, root, bring, read);
		},
	};
}

function chooser(take: Take, multiple: boolean): HTMLInputElement {
	const input = h("input", { type: "file", accept: TYPES, multiple, hidden: true, tabindex: -1 });
	on(input, "change", () => {
		const files = [...(input.files ?? [])];
		input.value = "";
		take(files);
	});
	return input;
}

/** Only files are ours, and pictures of the strip over the composer: text goes into the field it is dropped on. */
function receive(view: View, root: HTMLElement, bring: Take, read: Take): void {
	let zones = false;
	const leave = () => delete root.dataset.dropping;
	on(root, "dragover", (event) => {
		const kind = kindOf(event);
		if (!kind) return leave();
		root.dataset.dropping = kind;
		if (kind === "file" && !zones) view.open((dialogs) => dialogs.dropZones(root));
		zones ||= kind === "file";
		keep(event);
		if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
	});
	on(root, "dragleave", (event) => {
		if (!root.contains(event.relatedTarget as Node | null)) leave();
	});
	on(root, "drop", (event) => {
		const kind = kindOf(event);
		leave();
		const target = event.target as Element;
		if (kind === "picture") put(view, event.dataTransfer?.getData(DRAGGED) ?? "", target);
		else take(event, event.dataTransfer, target.closest("[data-does=read]") ? read : bring);
		if (kind) keep(event);
	});
	on(root, "paste", (event) => {
		const data = event.clipboardData;
		// A spreadsheet's cells come as a text and as a picture of it.
		if (!data?.types.includes("text/plain")) take(event, data, bring);
	});
}

function kindOf({ dataTransfer, target }: DragEvent): "picture" | "file" | undefined {
	const types = dataTransfer?.types ?? [];
	if (types.includes(DRAGGED)) return (target as Element).closest(".ask") ? "picture" : undefined;
	return types.includes("Files") ? "file" : undefined;
}

function keep(event: Event): void {
	event.preventDefault();
	event.stopPropagation();
}

function put({ draft }: View, dragged: string, target: Element): void {
	const references = draft.get("references");
	const { id } = target.closest<HTMLElement>("[data-id]")?.dataset ?? {};
	const place = id ? references.indexOf(id) : references.length;
	draft.edit({ references: placed(references, dragged.split("\n"), place) });
}

function take(event: Event, data: DataTransfer | null, use: Take): void {
	const files = [...(data?.files ?? [])];
	if (files.length === 0) return;
	keep(event);
	use(files);
}
