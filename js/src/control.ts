/**
 * One control for one parameter, of the kind that fits it. It stands at its default until it is changed,
 * and always shows what is held, even where the catalogue does not offer it.
 */

import { Combobox } from "./combobox.ts";
import { h, icon, on, withArrow } from "./element.ts";
import { t } from "./language.ts";
import type { Parameter, Value } from "./protocol.ts";

export interface Control {
	element: HTMLElement;
	show(value: Value | undefined): void;
	problem(): string | null;
}

/** `undefined` means: back to the default, not sent. */
type Change = (value: Value | undefined) => void;

export function makeControl(parameter: Parameter, id: string, change: Change): Control {
	if (parameter.type === "choice" || parameter.type === "boolean") return choice(parameter, id, change);
	if (parameter.type === "integer" || parameter.type === "number") return number(parameter, id, change);
	return freeText(parameter, id, change);
}

function defaultWords({ default: value }: Parameter): string {
	if (value === null || value === undefined || value === "") return t("default");
	if (typeof value === "boolean") return t("default ({value})", { value: yesNo(value) });
	return t("default ({value})", { value: String(value) });
}

function choice(parameter: Parameter, id: string, change: Change): Control {
	const offered: Value[] = parameter.type === "boolean" ? [true, false] : parameter.choices;
	let values: Value[] = offered;
	const select = h("select", { id, class: "field", ...described(parameter, id) });
	on(select, "change", () => change(values[select.selectedIndex - 1]));
	const show = (value: Value | undefined) => {
		const known = value === undefined || offered.includes(value);
		values = known ? offered : [...offered, value];
		select.replaceChildren(
			h("option", { value: "" }, defaultWords(parameter)),
			...values.map((each) =>
				h("option", { value: String(each) }, optionWords(each, offered.includes(each))),
			),
		);
		select.selectedIndex = value === undefined ? 0 : values.indexOf(value) + 1;
		select.classList.toggle("unset", value === undefined);
	};
	show(undefined);
	return { element: setting(parameter, withArrow(select), id), show, problem: () => null };
}

function optionWords(value: Value, offered: boolean): string {
	const words = typeof value === "boolean" ? yesNo(value) : asText(value);
	return offered ? words : t("{value} – not offered by this model", { value: words });
}

function number(parameter: Parameter, id: string, change: Change): Control {
	const input = h("input", {
		id,
		class: "field",
		type: "number",
		min: parameter.minimum,
		max: parameter.maximum,
		step: parameter.type === "integer" ? 1 : "any",
		placeholder: defaultWords(parameter),
		...described(parameter, id),
	});
	const reset = resetButton(id, () => clear(input, change));
	let odd: Value | undefined;
	on(input, "input", () => {
		odd = undefined;
		if (!input.validity.badInput) change(input.value === "" ? undefined : input.valueAsNumber);
	});
	const show = (value: Value | undefined) => {
		odd = typeof value === "number" || value === undefined ? undefined : value;
		const text = typeof value === "number" ? String(value) : "";
		if (input.valueAsNumber !== value) input.value = text;
		input.placeholder =
			odd === undefined ? defaultWords(parameter) : t("{value} – not a number", { value: asText(odd) });
		reset.hidden = value === undefined;
	};
	const problem = () =>
		input.validity.badInput ? t("{label} needs a number.", { label: t(parameter.label) }) : null;
	show(undefined);
	return { element: setting(parameter, input, id, reset), show, problem };
}

function freeText(parameter: Parameter, id: string, change: Change): Control {
	const combobox = new Combobox({
		id,
		typed: (text) => change(text === "" ? undefined : text),
		...(parameter.help ? { describedBy: `${id}-help` } : {}),
	});
	combobox.offer(parameter.choices.map((value) => ({ value })));
	combobox.input.placeholder = defaultWords(parameter);
	combobox.element.classList.toggle("plain", parameter.choices.length === 0);
	const reset = resetButton(id, () => clear(combobox.input, change));
	const show = (value: Value | undefined) => {
		combobox.show(value === undefined ? "" : asText(value));
		reset.hidden = value === undefined;
	};
	show(undefined);
	return { element: setting(parameter, combobox.element, id, reset), show, problem: () => null };
}

/** A value that no control knows: free text, and a way to be rid of it, so that nothing is sent unseen. */
export function heldField(name: string, id: string, change: Change): Control {
	const input = h("input", { id, class: "field", type: "text", dir: "auto", autocomplete: "off" });
	const remove = h("button", {
		class: "reset",
		"aria-label": t("Remove"),
		"aria-describedby": `${id}-label`,
	});
	remove.append(icon("cross"));
	on(remove, "click", () => change(undefined));
	let held: Value | undefined;
	on(input, "input", () => change(typed(input.value, held)));
	const show = (value: Value | undefined) => {
		held = value;
		const text = value === undefined ? "" : asText(value);
		if (input.value !== text && typed(input.value, held) !== value) input.value = text;
	};
	const label = h("label", { for: id, id: `${id}-label` }, h("bdi", {}, name));
	const row = h("div", { class: "resettable" }, input, remove);
	return { element: h("div", { class: "setting held" }, label, row), show, problem: () => null };
}

/** Text stays text; what held a number or an object goes on being one while it still reads as one. */
function typed(text: string, held: Value | undefined): Value {
	if (typeof held === "string" || held === undefined) return text;
	try {
		return JSON.parse(text) as Value;
	} catch {
		return text;
	}
}

function asText(value: Value): string {
	return typeof value === "string" ? value : JSON.stringify(value);
}

function yesNo(value: boolean): string {
	return value ? t("yes") : t("no");
}

function described({ help }: Parameter, id: string): Record<string, string> {
	return help ? { "aria-describedby": `${id}-help` } : {};
}

function clear(input: HTMLInputElement, change: Change): void {
	input.value = "";
	change(undefined);
	input.focus();
}

function resetButton(id: string, act: () => void): HTMLButtonElement {
	const title = t("Back to default");
	const words = { class: "reset", "aria-label": title, title };
	return h(
		"button",
		{ ...words, "aria-describedby": `${id}-label`, hidden: true, onclick: act },
		icon("cross"),
	);
}

function setting(
	{ label, help }: Parameter,
	control: HTMLElement,
	id: string,
	reset?: HTMLElement,
): HTMLElement {
	const row = reset ? h("div", { class: "resettable" }, control, reset) : control;
	return h(
		"div",
		{ class: "setting", title: help ? t(help) : null },
		h("label", { for: id, id: `${id}-label` }, t(label)),
		row,
		help ? h("p", { id: `${id}-help`, class: "hidden" }, t(help)) : null,
	);
}
