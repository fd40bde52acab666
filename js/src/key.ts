/** What the chosen gateway needs before it can be used. A key goes to the kernel once and stays nowhere here. */

import { BUSY } from "./clicks.ts";
import { tick } from "./control.ts";
import { h, icon, say } from "./element.ts";
import type { Part } from "./part.ts";
import type { Gateway } from "./protocol.ts";
import type { View } from "./studio.ts";

const SKETCH = "sketch";
const OFFLINE =
	"Offline sketches: nothing is sent or billed. For real pictures, choose a gateway and paste its key.";
const KEYRING = "Later kernels find it there.";

interface Form {
	element: HTMLElement;
	how: HTMLElement;
	input: HTMLInputElement;
	save: HTMLElement;
	status: HTMLElement;
	/** Opens the form where there is a key already. */
	another: HTMLButtonElement;
	/** The gateway whose key is being changed. */
	changing: string | null;
	shown: string | undefined;
}

export function keyField(view: View): Part {
	const form = makeForm(view);
	const use = h("button", { type: "button", class: "button" }, icon("key"), "Use key");
	const label = h("label", { for: form.input.id, class: "hidden" }, "API key");
	form.element.append(form.how, h("div", { class: "row" }, label, form.input, use), form.save, form.status);
	const show = () => showForm(view, form);
	use.addEventListener("click", () => sendKey(view, form));
	form.input.addEventListener("keydown", (event) => {
		if (event.key === "Enter" && !event.repeat) sendKey(view, form);
		else if (event.key === "Escape") close(view, form);
	});
	form.another.addEventListener("click", () => change(view, form));
	view.keep(view.draft.changed.on((name) => name === "gateway" && show()));
	view.keep(view.catalog.changed.on(show));
	show();
	return { element: h("div", { class: "key" }, form.another, form.element) };
}

function makeForm(view: View): Form {
	return {
		element: h("div", { class: "needs", hidden: true }),
		how: h("p", { id: view.id("key-how") }),
		input: h("input", {
			id: view.id("key"),
			class: "field",
			type: "password",
			placeholder: "Paste the API key",
			autocomplete: "off",
			"data-1p-ignore": true,
			"data-lpignore": "true",
			"aria-describedby": view.id("key-how"),
		}),
		save: tick({ label: "Save in this computer's keyring", help: KEYRING }, view.id("save"), () => {})
			.element,
		status: h("p", { class: "note", role: "status", hidden: true }),
		another: h("button", { type: "button", class: "link", hidden: true }, icon("key"), "Change key"),
		changing: null,
		shown: undefined,
	};
}

/** Says that nothing is sent, while nothing is. */
export function offlineNote({ draft, keep }: View): HTMLElement {
	const note = h("p", { class: "note", hidden: true });
	const show = () => say(note, draft.get("gateway") === SKETCH ? OFFLINE : "");
	keep(draft.changed.on((name) => name === "gateway" && show()));
	show();
	return note;
}

function sendKey(view: View, form: Form): void {
	const { clicks, draft, catalog } = view;
	const gateway = draft.get("gateway");
	const key = form.input.value.trim();
	form.input.value = "";
	say(form.status, key ? "" : "Paste the key into the field first.");
	if (!key) return;
	clicks.press(
		{ kind: "key", gateway, save: wantsSaving(form) },
		{
			late: () => say(form.status, BUSY),
			answered: (refusal) => {
				say(form.status, refusal ?? "The kernel has the key.");
				if (refusal !== null) return;
				catalog.askAnew(gateway);
				close(view, form);
			},
		},
		// Hosts write what a message says into their logs, but not the bytes that it carries.
		new TextEncoder().encode(key).buffer,
	);
}

function wantsSaving({ save }: Form): boolean {
	return !save.hidden && (save.querySelector("input") as HTMLInputElement).checked;
}

function change(view: View, form: Form): void {
	form.changing = view.draft.get("gateway");
	showForm(view, form);
	form.input.focus();
}

function close(view: View, form: Form): void {
	form.changing = null;
	form.input.value = "";
	showForm(view, form);
}

function showForm({ draft, catalog }: View, form: Form): void {
	const id = draft.get("gateway");
	const gateway = catalog.gateway(id);
	const hadFocus = form.element.contains(document.activeElement);
	if (form.shown !== id) {
		form.changing = null;
		form.input.value = "";
		say(form.status, "");
	}
	form.shown = id;
	form.element.hidden = !gateway || (gateway.ready && form.changing !== id);
	form.element.classList.toggle("another", gateway?.ready === true);
	form.another.hidden = !gateway?.ready || !gateway.key_variable || form.changing === id;
	form.save.hidden = !catalog.keyring;
	say(form.how, gateway ? keySentence(gateway, catalog.keyring) : "");
	if (hadFocus && form.element.hidden) form.another.focus();
}

function keySentence({ label, key_variable, ready }: Gateway, keyring: boolean): string {
	if (ready) return `Another key for ${label}, instead of the one that is used now.`;
	const variable = key_variable ? `set ${key_variable} before starting Jupyter, or ` : "";
	const stays = `It stays in the kernel's memory ${keyring ? "unless you save it" : "and is saved nowhere"}.`;
	return `${label} has no key yet: ${variable}paste one here. ${stays}`;
}
