/**
 * A text field that suggests: any text may be typed, the known ones are one press away. A datalist would
 * hide all choices but the one that stands in the field.
 */

import { arrow, h } from "./element.ts";
import { t } from "./language.ts";

export interface Choice {
	value: string;
	hint?: string;
}

export interface ComboboxOptions {
	id: string;
	/** Called at each keystroke (`input`) and when the text is left or a choice is picked (`change`). */
	typed: (text: string, how: "input" | "change") => void;
	describedBy?: string;
	/** Called when the list is about to open. */
	opens?: () => void;
}

export class Combobox {
	readonly element: HTMLElement;
	readonly input: HTMLInputElement;
	readonly #list: HTMLElement;
	readonly #options: ComboboxOptions;
	#choices: Choice[] = [];
	#shown: Choice[] = [];
	#filter = "";
	#wanted = false;
	#active = -1;

	constructor(options: ComboboxOptions) {
		this.#options = options;
		this.#list = h("ul", {
			id: `${options.id}-list`,
			role: "listbox",
			"aria-label": t("Suggestions"),
			class: "suggestions",
			hidden: true,
			onmousedown: (event: Event) => event.preventDefault(),
		});
		this.input = this.#field();
		this.element = h("div", { class: "combobox" }, this.input, arrow(), this.#list);
	}

	get open(): boolean {
		return !this.#list.hidden;
	}

	/** May come while the list is open, or wanted and empty: what was looked at stays. */
	offer(choices: Choice[]): void {
		this.#choices = choices;
		if (!this.#wanted || sameValues(this.#fitting, this.#shown)) return;
		const active = this.#shown[this.#active]?.value;
		this.#unfold(this.#filter);
		this.#highlight(this.#shown.findIndex(({ value }) => value === active));
	}

	get #fitting(): Choice[] {
		return this.#choices.filter(({ value }) => value.toLowerCase().includes(this.#filter));
	}

	/** Writes what is held, unless it stands there already or is being composed. */
	show(text: string): void {
		if (this.input.value !== text) this.input.value = text;
	}

	#field(): HTMLInputElement {
		return h("input", {
			id: this.#options.id,
			class: "field",
			role: "combobox",
			type: "text",
			dir: "auto",
			autocomplete: "off",
			autocapitalize: "off",
			spellcheck: "false",
			"aria-autocomplete": "list",
			"aria-expanded": "false",
			"aria-controls": `${this.#options.id}-list`,
			"aria-describedby": this.#options.describedBy,
			oninput: () => this.#type(),
			onchange: () => this.#options.typed(this.input.value, "change"),
			onclick: () => this.#unfold(""),
			onblur: () => this.#fold(),
			onkeydown: (event: KeyboardEvent) => this.#key(event),
		});
	}

	#type(): void {
		this.#options.typed(this.input.value, "input");
		this.#unfold(this.input.value.toLowerCase());
	}

	#key(event: KeyboardEvent): void {
		if (event.isComposing || event.ctrlKey || event.metaKey) return;
		const act = { ArrowDown: () => this.#step(1), ArrowUp: () => this.#step(-1) }[event.key];
		if (act) {
			event.preventDefault();
			act();
		} else if (event.key === "Enter" && this.open) {
			event.preventDefault();
			this.#choose(this.#shown[this.#active]);
		} else if (event.key === "Escape" && this.open) {
			event.preventDefault();
			this.#fold();
		}
	}

	#step(by: number): void {
		if (!this.open) this.#unfold("");
		else this.#highlight((this.#active + by + this.#shown.length) % this.#shown.length);
	}

	#choose(choice: Choice | undefined): void {
		this.#fold();
		if (choice) this.input.value = choice.value;
		this.#options.typed(this.input.value, "change");
	}

	#unfold(filter: string): void {
		this.#options.opens?.();
		this.#filter = filter;
		this.#wanted = true;
		const choices = this.#fitting;
		this.#shown = choices;
		if (choices.length === 0) {
			this.#close();
			return;
		}
		this.#list.replaceChildren(...choices.map((choice, at) => this.#option(choice, at)));
		this.#list.hidden = false;
		this.input.setAttribute("aria-expanded", "true");
		this.#highlight(choices.findIndex(({ value }) => value === this.input.value));
	}

	#option(choice: Choice, at: number): HTMLElement {
		const hint = choice.hint ? h("span", { class: "hint" }, choice.hint) : null;
		return h(
			"li",
			{
				id: `${this.#options.id}-${at}`,
				role: "option",
				"aria-selected": String(choice.value === this.input.value),
				onclick: () => this.#choose(choice),
			},
			h("bdi", {}, choice.value),
			hint,
		);
	}

	#highlight(at: number): void {
		this.#active = at;
		for (const [index, option] of [...this.#list.children].entries()) {
			option.classList.toggle("active", index === at);
		}
		const active = this.#list.children[at];
		if (active) this.input.setAttribute("aria-activedescendant", active.id);
		else this.input.removeAttribute("aria-activedescendant");
		active?.scrollIntoView?.({ block: "nearest" });
	}

	#fold(): void {
		this.#wanted = false;
		this.#close();
	}

	#close(): void {
		this.#list.hidden = true;
		this.#list.replaceChildren();
		this.input.setAttribute("aria-expanded", "false");
		this.input.removeAttribute("aria-activedescendant");
	}
}

function sameValues(one: Choice[], other: Choice[]): boolean {
	return one.length === other.length && one.every(({ value }, at) => value === other[at]?.value);
}
