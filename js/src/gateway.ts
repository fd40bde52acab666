/** Where the picture comes from: gateway, model and how many, and what a gateway still needs. */

import { type Choice, Combobox } from "./combobox.ts";
import { h, on, say, withArrow } from "./element.ts";
import { t } from "./language.ts";
import type { Part } from "./part.ts";
import type { Gateway } from "./protocol.ts";
import type { View } from "./studio.ts";

/** The most one call may ask for, where the model is not known. */
const MOST = 10;

export function gatewayPicker(view: View): Part {
	const { draft, catalog } = view;
	const id = view.id("gateway");
	const note = h("p", { id: `${id}-note`, class: "note tip", hidden: true });
	const select = h("select", { id, class: "field", "aria-describedby": note.id });
	on(select, "change", () => {
		const model = catalog.gateway(select.value)?.default_model;
		draft.edit({ gateway: select.value, ...(model ? { model } : {}) });
	});
	const show = () => {
		const held = draft.get("gateway");
		const options = catalog.gateways.map(gatewayOption);
		if (!catalog.gateway(held)) options.unshift(h("option", { value: held }, held || "…"));
		select.replaceChildren(...options);
		select.value = held;
		say(note, t(catalog.gateway(held)?.note ?? ""));
	};
	view.keep(draft.changed.on((name) => name === "gateway" && show()));
	view.keep(catalog.changed.on(show));
	show();
	return { element: h("div", { class: "flow" }, labelled(t("Gateway"), withArrow(select), id), note) };
}

function gatewayOption({ id, label, ready }: Gateway): HTMLOptionElement {
	return h("option", { value: id }, ready ? label : t("{label} – needs a key", { label }));
}

export function modelPicker(view: View): Part {
	const { draft, catalog } = view;
	const id = view.id("model");
	const note = h("p", { id: `${id}-note`, class: "note", hidden: true });
	let dirty = false;
	const combobox = new Combobox({
		id,
		describedBy: note.id,
		// Not at each keystroke: half a name may be another model's, and its parameters would be dropped.
		typed: (text, how) => {
			dirty = how === "input";
			if (how === "change") take(text);
		},
		opens: () => catalog.ask(draft.get("gateway")),
	});
	const take = (text: string) => {
		if (text.trim()) draft.edit({ model: text.trim() });
		show();
	};
	const show = () => {
		const gateway = catalog.gateway(draft.get("gateway"));
		combobox.offer(choices(catalog.names(draft.get("gateway"))));
		const held = draft.get("model");
		if (!dirty) combobox.show(held);
		// Before the kernel has answered, nothing is known of any model.
		say(note, gateway && held && !catalog.model(gateway.id, held) ? unknown(gateway, held) : "");
	};
	view.keep(draft.changed.on((name) => (name === "gateway" || name === "model") && show()));
	view.keep(catalog.changed.on(show));
	show();
	const commit = () => {
		if (dirty) take(combobox.input.value);
		dirty = false;
	};
	return { element: labelled(t("Model"), combobox.element, id, note), commit };
}

function choices({ known, listed }: { known: string[]; listed: string[] }): Choice[] {
	return [
		...known.map((value) => ({ value })),
		...listed.map((value) => ({ value, hint: t("gateway’s list") })),
	];
}

function unknown(gateway: Gateway, model: string): string {
	return gateway.listed?.includes(model)
		? t("Not in the catalogue; listed by the gateway.")
		: t("Not in the catalogue; sent as typed.");
}

export function countPicker(view: View): Part {
	const { draft, catalog } = view;
	const id = view.id("n");
	const input = h("input", { id, class: "field", type: "number", min: 1, step: 1, inputmode: "numeric" });
	const note = h("p", { id: `${id}-note`, class: "note", role: "status", hidden: true });
	input.setAttribute("aria-describedby", note.id);
	const model = () => catalog.model(draft.get("gateway"), draft.get("model"));
	const most = () => model()?.max_images ?? MOST;
	const valid = () =>
		Number.isInteger(input.valueAsNumber) && input.valueAsNumber >= 1 && input.valueAsNumber <= most();
	const problem = () =>
		valid() ? null : t("The number of images is a whole number from 1 to {most}.", { most: most() });
	const check = () => {
		input.max = String(most());
		input.setAttribute("aria-invalid", String(!valid()));
		say(note, problem() ?? splitNote(input.valueAsNumber, model()?.max_images_per_request));
	};
	const show = () => {
		if (input.valueAsNumber !== draft.get("n")) input.value = String(draft.get("n"));
		check();
	};
	// What cannot be asked for stays as typed: put back unseen, a press of Generate would send the old number.
	const commit = () => {
		if (valid()) draft.edit({ n: input.valueAsNumber });
	};
	on(input, "input", () => {
		commit();
		check();
	});
	view.keep(draft.changed.on((name) => name === "n" && show()));
	view.keep(draft.changed.on((name) => (name === "gateway" || name === "model") && check()));
	view.keep(catalog.changed.on(check));
	show();
	return { element: labelled(t("Number of images"), input, id, note), commit, problem };
}

function splitNote(n: number, one: number | undefined): string {
	if (!one || n <= one) return "";
	return t("Sent as {n} requests: this model gives {one} at a time.", { n: Math.ceil(n / one), one });
}

function labelled(label: string, control: HTMLElement, id: string, ...rest: HTMLElement[]): HTMLElement {
	return h("div", { class: "setting" }, h("label", { for: id }, label), control, ...rest);
}
