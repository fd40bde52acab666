/** The prompt, the settings, and the one button that sends what is seen. */

import { budgetLine } from "./budget.ts";
import { busy } from "./clicks.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { estimateLine } from "./estimate.ts";
import { extraField } from "./extra.ts";
import { files } from "./files.ts";
import { countPicker, gatewayPicker, modelPicker } from "./gateway.ts";
import { inputs } from "./inputs.ts";
import { keyField, offlineNote } from "./key.ts";
import { APPLE } from "./keyboard.ts";
import { t } from "./language.ts";
import { parameterControls } from "./parameters.ts";
import type { Part } from "./part.ts";
import { type PromptBox, promptBox } from "./prompt.ts";
import { putBack } from "./put-back.ts";
import { recall } from "./recall.ts";
import { sheetButton } from "./sheet-button.ts";
import type { View } from "./studio.ts";
import { template } from "./template.ts";

export interface Composer {
	/** What a picture is asked with: the first thing to see. */
	ask: HTMLElement;
	/** How it is made: below the pictures where there is but one column. */
	settings: HTMLElement;
	/** Takes pictures' files that are dropped or pasted anywhere on the studio. */
	listen(root: HTMLElement): void;
}

export function composer(view: View): Composer {
	const box = promptBox(view);
	const parts = {
		gateway: gatewayPicker(view),
		model: modelPicker(view),
		count: countPicker(view),
		parameters: parameterControls(view),
		extra: extraField(view),
		inputs: inputs(view),
		template: template(view),
	};
	const back = putBack(view);
	const told = { problem: h("p", { class: "error", role: "alert", hidden: true }), busy: busyLine() };
	const file = files(view);
	const generate = () => press(view, Object.values(parts), told);
	const ask = h(
		"section",
		{ class: "ask", "aria-label": t("Compose") },
		card(view, box, [parts.inputs, parts.template], file.add, generate),
		back.element,
		budgetLine(view),
		told.problem,
		told.busy,
		file.line,
		offlineNote(view),
	);
	const settings = h(
		"section",
		{ class: "setup", "aria-label": t("Settings") },
		h("div", { class: "settings" }, parts.gateway.element, parts.model.element),
		keyField(view),
		h("div", { class: "settings" }, parts.count.element, parts.parameters.element),
		parts.extra.element,
		h("div", { class: "row" }, file.read, sheetButton(view)),
	);
	for (const each of [ask, settings]) {
		on(each, "keydown", (event) => onCtrlEnter(event, generate));
	}
	// What was found wrong may be so no more.
	const forgive = () => say(told.problem, "");
	view.keep(view.draft.changed.on((name) => name !== "selected" && name !== "filter" && forgive()));
	view.keep(view.catalog.changed.on(forgive));
	// Mended back to what is held: no edit, and yet no longer wrong.
	on(settings, "input", forgive);
	view.keep(
		view.reuse.on((edits) => {
			back.replace(edits);
			// Several are laid aside in a row.
			if (!edits.references) box.focus();
			// What is to be changed about a picture is seldom what once asked for it: the next key writes over it.
			if (edits.source) box.element.select();
		}),
	);
	return { ask, settings, listen: file.listen };
}

function card(
	view: View,
	box: PromptBox,
	[above, below]: [Part, Part],
	add: HTMLElement,
	generate: () => void,
): HTMLElement {
	const word = h("span");
	const button = h("button", { class: "button primary" }, icon("sparkle"), word);
	const name = () => say(word, view.draft.operation === "edit" ? t("Edit") : t("Generate"));
	view.keep(view.draft.changed.on(name));
	name();
	on(button, "click", generate);
	// A key that is held down repeats its click: one press is one picture.
	on(button, "keydown", (event) => event.repeat && event.preventDefault());
	const keys = h(
		"span",
		{ class: "keys", "aria-hidden": "true" },
		h("kbd", {}, APPLE ? "⌘" : "Ctrl"),
		h("kbd", {}, "↵"),
	);
	return h(
		"div",
		{ class: "card" },
		h("label", { for: view.id("prompt"), class: "hidden" }, t("Prompt")),
		above.element,
		box.element,
		below.element,
		h(
			"div",
			{ class: "bar" },
			add,
			...recall(view, box.element),
			box.counter,
			estimateLine(view),
			keys,
			button,
		),
	);
}

interface Told {
	problem: HTMLElement;
	busy: HTMLElement & { waiting?: number };
}

function press(view: View, parts: Part[], { problem, busy }: Told): void {
	for (const part of parts) part.commit?.();
	const wrong = view.draft.get("prompt").trim()
		? firstProblem(parts)
		: t("Write a prompt first: say what the picture shows.");
	say(problem, wrong ?? "");
	if (wrong !== null) return;
	const waiting = lateness(busy);
	view.chosen.emit();
	const seen = parts.map((part) => part.seen?.() ?? {});
	const asked = Object.assign(view.draft.request(), ...seen);
	const send = () =>
		view.clicks.press(asked, {
			late: waiting.begin,
			answered: (refusal) => {
				waiting.end();
				say(problem, refusal ?? "");
			},
		});
	const { painted } = view.draft;
	// What was painted a moment ago goes first.
	if (painted) painted.left.then(send);
	else send();
}

function firstProblem(parts: Part[]): string | null {
	return parts.map((part) => part.problem?.() ?? null).find((problem) => problem !== null) ?? null;
}

function busyLine(): HTMLElement {
	return statusLine("busy");
}

/** Several presses may wait at once: the sentence stands until the last is answered. */
function lateness(line: Told["busy"]): { begin: () => void; end: () => void } {
	let late = false;
	const count = (by: number) => {
		line.waiting = (line.waiting ?? 0) + by;
		say(line, line.waiting > 0 ? `${busy()} ${t("What you asked for starts when it is free.")}` : "");
	};
	const begin = () => {
		late = true;
		count(1);
	};
	return { begin, end: () => late && count(-1) };
}

function onCtrlEnter(event: KeyboardEvent, generate: () => void): void {
	if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
	event.preventDefault();
	if (!event.repeat) generate();
}
