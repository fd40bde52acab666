/** What the chosen gateway needs before it can be used. A key goes to the kernel once and stays nowhere here. */

import { BUSY } from "./clicks.ts";
import { h, icon, say } from "./element.ts";
import type { Part } from "./part.ts";
import type { Gateway } from "./protocol.ts";
import type { View } from "./studio.ts";

const SKETCH = "sketch";
const OFFLINE =
	"Offline sketches: nothing is sent or billed. For real pictures, choose a gateway and paste its key.";

export function keyField(view: View): Part {
	const input = h("input", {
		id: view.id("key"),
		class: "field",
		type: "password",
		placeholder: "Paste the API key",
		autocomplete: "off",
		"data-1p-ignore": true,
		"data-lpignore": "true",
		"aria-describedby": view.id("key-how"),
	});
	const how = h("p", { id: view.id("key-how") });
	const status = h("p", { class: "note", role: "status", hidden: true });
	const use = h("button", { type: "button", class: "button" }, icon("key"), "Use key");
	const row = h(
		"div",
		{ class: "row" },
		h("label", { for: input.id, class: "hidden" }, "API key"),
		input,
		use,
	);
	const element = h("div", { class: "needs", hidden: true }, how, row, status);

	const send = () => sendKey(view, input, status);
	use.addEventListener("click", send);
	input.addEventListener("keydown", (event) => event.key === "Enter" && !event.repeat && send());
	showNeeds(view, element, how, () => {
		input.value = "";
		say(status, "");
	});
	return { element };
}

/** Says that nothing is sent, while nothing is. */
export function offlineNote({ draft, keep }: View): HTMLElement {
	const note = h("p", { class: "note", hidden: true });
	const show = () => say(note, draft.get("gateway") === SKETCH ? OFFLINE : "");
	keep(draft.changed.on((name) => name === "gateway" && show()));
	show();
	return note;
}

function sendKey({ clicks, draft }: View, input: HTMLInputElement, status: HTMLElement): void {
	const key = input.value.trim();
	input.value = "";
	say(status, key ? "" : "Paste the key into the field first.");
	if (!key) return;
	clicks.press(
		{ kind: "key", gateway: draft.get("gateway"), key },
		{
			late: () => say(status, BUSY),
			answered: (refusal) => say(status, refusal ?? "The kernel has the key."),
		},
	);
}

function showNeeds(
	{ draft, catalog, keep }: View,
	element: HTMLElement,
	how: HTMLElement,
	clear: () => void,
): void {
	let shown: string | undefined;
	const show = () => {
		const id = draft.get("gateway");
		const gateway = catalog.gateway(id);
		if (shown !== id) clear();
		shown = id;
		element.hidden = !gateway || gateway.ready;
		say(how, gateway ? keySentence(gateway) : "");
	};
	keep(draft.changed.on((name) => name === "gateway" && show()));
	keep(catalog.changed.on(show));
	show();
}

function keySentence({ label, key_variable }: Gateway): string {
	const variable = key_variable ? `set ${key_variable} before starting Jupyter, or ` : "";
	return `${label} has no key yet: ${variable}paste one here. It stays in the kernel's memory and is saved nowhere.`;
}
