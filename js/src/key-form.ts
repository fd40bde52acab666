/** Where a key is typed in: it goes to the kernel once and stays nowhere here. */

import { busy } from "./clicks.ts";
import { h, icon, on, say, statusLine } from "./element.ts";
import { t } from "./language.ts";
import type { Gateway } from "./protocol.ts";
import type { View } from "./studio.ts";
import { tick } from "./tick.ts";

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

/** Stands below `another`, the button that opens it where there is a key already. */
export function keyForm(view: View, place: HTMLElement, another: HTMLButtonElement, changing: boolean): void {
	const form = makeForm(view, another);
	const use = h("button", { class: "button" }, icon("key"), t("Use key"));
	const label = h("label", { for: form.input.id, class: "hidden" }, t("API key"));
	form.element.append(form.how, h("div", { class: "row" }, label, form.input, use), form.save, form.status);
	const show = () => showForm(view, form);
	on(use, "click", () => sendKey(view, form));
	on(form.input, "keydown", (event) => {
		if (event.key === "Enter" && !event.repeat) sendKey(view, form);
		else if (event.key === "Escape") close(view, form);
	});
	on(another, "click", () => change(view, form));
	view.keep(view.draft.changed.on((name) => name === "gateway" && show()));
	view.keep(view.catalog.changed.on(show));
	place.append(form.element);
	show();
	if (changing) change(view, form);
}

function makeForm(view: View, another: HTMLButtonElement): Form {
	return {
		element: h("div", { class: "needs", hidden: true }),
		how: h("p", { id: view.id("key-how") }),
		input: h("input", {
			id: view.id("key"),
			class: "field",
			type: "password",
			placeholder: t("Paste the API key"),
			autocomplete: "off",
			"data-1p-ignore": true,
			"data-lpignore": "true",
			"aria-describedby": view.id("key-how"),
		}),
		save: tick(
			{ label: t("Save in this computer's keyring"), help: t("Later kernels find it there.") },
			view.id("save"),
			() => {},
		).element,
		status: statusLine(),
		another,
		changing: null,
		shown: undefined,
	};
}

function sendKey(view: View, form: Form): void {
	const { clicks, draft, catalog } = view;
	const gateway = draft.get("gateway");
	const key = form.input.value.trim();
	form.input.value = "";
	say(form.status, key ? "" : t("Paste the key into the field first."));
	if (!key) return;
	clicks.press(
		{ kind: "key", gateway, save: wantsSaving(form) },
		{
			late: () => say(form.status, busy()),
			answered: (refusal) => {
				say(form.status, refusal ?? t("The kernel has the key."));
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
	if (ready) return t("Another key for {label}, instead of the one that is used now.", { label });
	const stays = keyring
		? t("It stays in the kernel's memory unless you save it.")
		: t("It stays in the kernel's memory and is saved nowhere.");
	const needed = key_variable
		? t("{label} has no key yet: set {variable} before starting Jupyter, or paste one here.", {
				label,
				variable: key_variable,
			})
		: t("{label} has no key yet: paste one here.", { label });
	return `${needed} ${stays}`;
}
