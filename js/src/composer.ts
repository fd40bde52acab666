/** The prompt, the settings, and the one button that sends what is seen. */

import { budgetLine } from "./budget.ts";
import { BUSY } from "./clicks.ts";
import { h, icon, say } from "./element.ts";
import { estimateLine } from "./estimate.ts";
import { extraField } from "./extra.ts";
import { countPicker, gatewayPicker, modelPicker } from "./gateway.ts";
import { keyField, offlineNote } from "./key.ts";
import { parameterControls } from "./parameters.ts";
import type { Part } from "./part.ts";
import { type PromptBox, promptBox } from "./prompt.ts";
import { settingsFile } from "./settings-file.ts";
import type { View } from "./studio.ts";

const EMPTY = "Write a prompt first: say what the picture shows.";
const APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

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
		key: keyField(view),
		gateway: gatewayPicker(view),
		model: modelPicker(view),
		count: countPicker(view),
		parameters: parameterControls(view),
		extra: extraField(view),
	};
	const told = { problem: h("p", { class: "error", role: "alert", hidden: true }), busy: busyLine() };
	const file = settingsFile(view);
	const generate = () => press(view, Object.values(parts), told);
	const ask = h(
		"section",
		{ class: "ask", "aria-label": "Compose" },
		card(view, box, generate),
		budgetLine(view),
		told.problem,
		told.busy,
		file.line,
		offlineNote(view),
	);
	const settings = h(
		"section",
		{ class: "setup", "aria-label": "Settings" },
		h("div", { class: "settings" }, parts.gateway.element, parts.model.element),
		parts.key.element,
		h("div", { class: "settings" }, parts.count.element, parts.parameters.element),
		parts.extra.element,
		file.button,
	);
	for (const each of [ask, settings]) {
		each.addEventListener("keydown", (event) => onCtrlEnter(event, generate));
	}
	// What was found wrong may be so no more.
	const forgive = () => say(told.problem, "");
	view.keep(view.draft.changed.on((name) => name !== "selected" && name !== "filter" && forgive()));
	view.keep(view.catalog.changed.on(forgive));
	// Mended back to what is held: no edit, and yet no longer wrong.
	settings.addEventListener("input", forgive);
	view.keep(view.reuse.on((prompt) => reuse(view, box, prompt)));
	return { ask, settings, listen: file.listen };
}

function card(view: View, box: PromptBox, generate: () => void): HTMLElement {
	const button = h("button", { type: "button", class: "button primary" }, icon("sparkle"), "Generate");
	button.addEventListener("click", generate);
	// A key that is held down repeats its click: one press is one picture.
	button.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
	const keys = h(
		"span",
		{ class: "keys", "aria-hidden": "true" },
		h("kbd", {}, APPLE ? "⌘" : "Ctrl"),
		h("kbd", {}, "↵"),
	);
	return h(
		"div",
		{ class: "card" },
		h("label", { for: view.id("prompt"), class: "hidden" }, "Prompt"),
		box.element,
		h("div", { class: "bar" }, box.counter, estimateLine(view), keys, button),
	);
}

interface Told {
	problem: HTMLElement;
	busy: HTMLElement & { waiting?: number };
}

function press(view: View, parts: Part[], { problem, busy }: Told): void {
	for (const part of parts) part.commit?.();
	const wrong = view.draft.get("prompt").trim() ? firstProblem(parts) : EMPTY;
	say(problem, wrong ?? "");
	if (wrong !== null) return;
	const waiting = lateness(busy);
	view.chosen.emit();
	view.clicks.press(view.draft.request(), {
		late: waiting.begin,
		answered: (refusal) => {
			waiting.end();
			say(problem, refusal ?? "");
		},
	});
}

function firstProblem(parts: Part[]): string | null {
	return parts.map((part) => part.problem?.() ?? null).find((problem) => problem !== null) ?? null;
}

function busyLine(): HTMLElement {
	return h("p", { class: "busy", role: "status", hidden: true });
}

/** Several presses may wait at once: the sentence stands until the last is answered. */
function lateness(line: Told["busy"]): { begin: () => void; end: () => void } {
	let late = false;
	const count = (by: number) => {
		line.waiting = (line.waiting ?? 0) + by;
		say(line, line.waiting > 0 ? `${BUSY} What you asked for starts when it is free.` : "");
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

function reuse({ draft }: View, box: PromptBox, prompt: string): void {
	draft.edit({ prompt });
	box.focus();
}
