/** A studio on a page, with the kernel's end in the test's hand. */

import { afterEach, beforeEach, vi } from "vitest";
import * as dialogs from "../src/dialogs.ts";
import { Later } from "../src/later.ts";
import type { Entry, Traits } from "../src/protocol.ts";
import define from "../src/widget.ts";
import { catalog, FakeModel, GATEWAYS, page } from "./fake.ts";

let undo: (() => unknown)[] = [];

beforeEach(() => {
	vi.useFakeTimers();
	let made = 0;
	URL.createObjectURL = vi.fn(() => `blob:${made++}`);
	URL.revokeObjectURL = vi.fn();
});

afterEach(async () => {
	for (const step of undo.reverse()) await step();
	undo = [];
	document.body.replaceChildren();
	vi.useRealTimers();
});

export interface Page {
	model: FakeModel;
	el: HTMLElement;
	/** Answers what was asked so far with the catalogue and these pictures. */
	greet(pictures?: Entry[], total?: number): void;
	close(): Promise<void>;
}

export async function open(traits: Partial<Traits> = {}, views = 1): Promise<Page> {
	const model = new FakeModel(traits);
	const el = document.body.appendChild(document.createElement("div"));
	const { initialize, render } = define();
	const rest = { signal: new AbortController().signal, experimental: undefined as never };
	const closers = [await initialize({ model: model.asModel(), ...rest })];
	for (let view = 0; view < views; view++) {
		closers.push(await render({ model: model.asModel(), el, host: undefined as never, ...rest }));
	}
	const close = async () => {
		for (const closer of closers.splice(0).reverse()) if (typeof closer === "function") await closer();
	};
	undo.push(close);
	const greet = (pictures: Entry[] = [], total = pictures.length) => {
		model.state._count = total;
		model.reply(catalog(GATEWAYS));
		model.reply(page(pictures, { total, query: model.state.filter }));
	};
	return { model, el, greet, close };
}

/** As if the kernel had sent the dialogs' code at once; what opens is there after a turn of the page's loop. */
export function withDialogs(): void {
	beforeEach(() => {
		vi.spyOn(Later.prototype, "load").mockResolvedValue(dialogs);
	});
}

export const turned = () => vi.advanceTimersByTimeAsync(0);

/** By accessible name, as the label or the text gives it. */
export function field<T extends HTMLElement = HTMLInputElement>(el: Element, label: string): T {
	for (const each of el.querySelectorAll("label")) {
		if (each.textContent === label) return el.querySelector(`[id="${each.getAttribute("for")}"]`) as T;
	}
	throw new Error(`No field is called "${label}".`);
}

export function button(el: Element, name: string): HTMLButtonElement {
	const found = [...el.querySelectorAll("button")].find((each) => each.textContent === name);
	if (!found) throw new Error(`No button is called "${name}".`);
	return found;
}

export function hasField(el: Element, label: string): boolean {
	return [...el.querySelectorAll("label")].some((each) => each.textContent === label);
}

export function type(input: HTMLInputElement | HTMLTextAreaElement, text: string): void {
	input.value = text;
	input.dispatchEvent(new Event("input", { bubbles: true }));
}

export function choose(select: HTMLSelectElement, text: string): void {
	select.selectedIndex = [...select.options].findIndex((option) => option.textContent === text);
	select.dispatchEvent(new Event("change", { bubbles: true }));
}

export function press(target: Element, key: string, modifiers: KeyboardEventInit = {}): KeyboardEvent {
	const event = new KeyboardEvent("keydown", {
		key,
		bubbles: true,
		cancelable: true,
		composed: true,
		...modifiers,
	});
	target.dispatchEvent(event);
	return event;
}

export function shown(el: Element, selector: string): string[] {
	return [...el.querySelectorAll<HTMLElement>(selector)]
		.filter((each) => !each.hidden)
		.map((each) => each.textContent ?? "");
}
