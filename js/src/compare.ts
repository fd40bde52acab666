/** Two to four pictures against each other: side by side, over each other, by turns, or only what differs. */

import { Bench, type Compared, type Mode } from "./bench.ts";
import { choices } from "./choices.ts";
import { areStarred, known, toggleStar } from "./curate.ts";
import { type Dialog, openDialog } from "./dialog.ts";
import { h, on, say, statusLine } from "./element.ts";
import { Flicker, likesMotion, SPEEDS } from "./flicker.ts";
import { percent, t } from "./language.ts";
import { range } from "./range.ts";
import type { View } from "./studio.ts";
import { toolButton, zoomBar } from "./zoom-bar.ts";

const KEYS: Record<string, Mode> = { s: "slider", b: "beside", f: "flicker", d: "difference" };
const MOST = 4;
const CLOSE = "M6 6l12 12M18 6L6 18";

let mode: Mode = "beside";
/** Kept from one opening to the next. */
let gain = 4;
/** There is one page to cover, whatever asks for it. */
let open: Dialog | undefined;

export function openCompare(view: View, ids: string[]): void {
	const few = [...new Set(ids)].slice(-MOST);
	if (few.length < 2) return;
	open?.close();
	const dialog = openDialog(view, { label: t("Compare"), class: "viewer compare" }, [], () => {
		if (open === dialog) open = undefined;
	});
	open = dialog;
	new Compare({ ...view, keep: dialog.keep }, dialog, few);
}

class Compare {
	readonly #view: View;
	readonly #dialog: Dialog;
	readonly #ids: string[];
	readonly #bench: Bench;
	readonly #modes: Map<Mode, HTMLElement>;
	readonly #controls = h("div", { class: "row controls" });
	readonly #told = statusLine();
	readonly #choices;
	readonly #pick = h("button", { class: "button primary", onclick: () => this.#take() });
	readonly #zooms = zoomBar(() => this.#bench.zoom);
	readonly #flicker = new Flicker(() => this.#show(this.#next));
	/** The one that a pick would take. */
	#chosen = 0;
	/** The one that was chosen before. */
	#other = 1;
	/** The one that is seen, where they take turns. */
	#seen = 0;

	constructor(view: View, dialog: Dialog, ids: string[]) {
		this.#view = view;
		this.#dialog = dialog;
		this.#ids = ids;
		this.#bench = new Bench(view.pictures, ids.length, (placement) => this.#zooms.show(placement));
		this.#choices = choices(view, ids, (place) => this.#choose(place));
		const buttons = Object.entries(names()) as [Mode, [string, string]][];
		this.#modes = new Map(buttons.map(([each, name]) => [each, this.#button(each, name)]));
		this.#draw();
		this.#listen();
		this.#paint();
		this.#enter("beside");
	}

	#button(which: Mode, [name, title]: [string, string]): HTMLElement {
		const act = () => {
			this.#enter(which);
			// So that Enter picks, and does not press the button again.
			this.#bench.focus();
		};
		return h("button", { class: "button", title, onclick: act }, name);
	}

	#draw(): void {
		const { element, close } = this.#dialog;
		const ways = { class: "modes", role: "group", "aria-label": t("How to compare") };
		const bar = h(
			"div",
			{ class: "bar" },
			h("div", ways, ...this.#modes.values()),
			this.#zooms.element,
			toolButton(CLOSE, t("Close (Escape)"), close),
		);
		this.#pick.title = t("Star this one, and select it alone (Enter)");
		const picking = h("div", { class: "row picking" }, this.#choices.element, this.#pick);
		const tray = h("div", { class: "tray" }, this.#controls, this.#told, picking);
		element.append(h("div", { class: "looking" }, bar, this.#bench.element, tray));
	}

	#listen(): void {
		const { pictures, keep } = this.#view;
		const { element } = this.#dialog;
		keep(pictures.came.on((id) => this.#ids.includes(id) && this.#paint()));
		for (const pane of this.#bench.panes) keep(pane.loaded.on(() => this.#tell()));
		keep(() => {
			this.#flicker.stop();
			this.#bench.close();
		});
		on(element, "keydown", (event) => this.#key(event));
		on(element, "keyup", ({ key }) => isPeek(key) && this.#show(this.#chosen));
	}

	get #compared(): Compared[] {
		return this.#ids.map((id) => {
			const entry = known(this.#view, id);
			const size = entry && entry.width > 0 && entry.height > 0 ? entry : undefined;
			return { id, size, prompt: String(entry?.prompt ?? "") };
		});
	}

	#paint(): void {
		this.#bench.paint(this.#compared);
		this.#choices.paint();
		this.#tell();
	}

	// How they are seen.

	#enter(next: Mode): void {
		mode = next;
		for (const [each, button] of this.#modes) button.setAttribute("aria-pressed", String(each === mode));
		this.#bench.lay(mode);
		this.#flicker.stop();
		if (mode === "flicker" && likesMotion()) this.#flicker.play();
		this.#controls.replaceChildren(...this.#controlsOf(mode));
		this.#show(this.#chosen);
		this.#tell();
	}

	#controlsOf(which: Mode): HTMLElement[] {
		if (which === "flicker") return this.#flickerControls();
		return which === "difference" ? [this.#brightness()] : [];
	}

	#flickerControls(): HTMLElement[] {
		const pause = h("button", { class: "button pause", onclick: () => this.#pause() });
		const next = h("button", { class: "button", onclick: () => this.#choose(this.#next) });
		next.append(t("Next"));
		next.title = t("Hold H to see it for as long as you hold it");
		const speed = range({
			...SPEEDS,
			label: t("Speed"),
			value: this.#flicker.speed,
			words: (n) => t("{n} a second", { n }),
			put: (to) => {
				this.#flicker.speed = to;
			},
		});
		return [pause, next, speed];
	}

	#brightness(): HTMLElement {
		const put = (to: number) => {
			gain = to;
			this.#tell();
		};
		const words = (n: number) => `×${n}`;
		return range({ label: t("Brightness"), least: 1, most: 32, step: 1, value: gain, words, put });
	}

	/** The two that lie over each other, in their order. */
	get #pair(): [number, number] {
		return this.#chosen < this.#other ? [this.#chosen, this.#other] : [this.#other, this.#chosen];
	}

	get #next(): number {
		return (this.#seen + 1) % this.#ids.length;
	}

	#show(place: number): void {
		this.#seen = place;
		const pair = this.#pair;
		const seen = { slider: pair, difference: pair, beside: [...this.#ids.keys()], flicker: [place] }[mode];
		this.#bench.mark(seen, this.#chosen);
		this.#choices.mark(this.#chosen, seen);
		say(this.#pick, t("Pick {n}", { n: this.#chosen + 1 }));
		const pause = this.#controls.querySelector(".pause");
		if (pause) say(pause, this.#flicker.plays ? t("Pause (P)") : t("Play (P)"));
	}

	#tell(): void {
		say(this.#told, [...this.#difference(), ...this.#fitting()].join(" "));
	}

	#difference(): string[] {
		if (mode !== "difference") return [];
		const [one, other] = this.#pair.map((place) => place + 1) as [number, number];
		const share = this.#bench.differ(this.#pair, gain);
		if (share === undefined) return [t("The pictures are on their way.")];
		const told = { share: percent(share), one, other };
		return [
			t("{share} of the pixels differ between {one} and {other}.", told),
			t("Black is alike; the brighter, the more differs."),
		];
	}

	#fitting(): string[] {
		const sizes = this.#compared.map(({ size }) => size && `${size.width}×${size.height}`);
		if (new Set(sizes.filter(Boolean)).size < 2) return [];
		const { width, height } = this.#bench.frame;
		return [t("Their sizes differ: each is fitted into {size}.", { size: `${width}×${height}` })];
	}

	// Choosing.

	#choose(place: number): void {
		if (place !== this.#chosen) [this.#chosen, this.#other] = [place, this.#chosen];
		this.#flicker.stop();
		this.#show(place);
		this.#tell();
	}

	/** The one at which it rests is the chosen one. */
	#pause(): void {
		if (!this.#flicker.plays) this.#flicker.play();
		else this.#choose(this.#seen);
		this.#show(this.#seen);
	}

	/** The one that it is to be: starred, selected alone, and so shown large. */
	#take(): void {
		const id = this.#ids[this.#chosen] as string;
		if (!areStarred(this.#view, [id])) toggleStar(this.#view, [id]);
		this.#view.draft.edit({ selected: [id] });
		this.#view.chosen.emit();
		this.#dialog.close();
	}

	#key(event: KeyboardEvent): void {
		if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
		const act = this.#action(event);
		if (act) act();
		else if (!this.#bench.zoom?.key(event)) return;
		event.preventDefault();
	}

	#action({ key, target, repeat }: KeyboardEvent): (() => void) | undefined {
		const place = Number(key) - 1;
		const next = KEYS[key.toLowerCase()];
		if (next) return () => this.#enter(next);
		if (this.#ids[place] !== undefined) return () => this.#choose(place);
		if (key === "Enter" && !(target as Element).closest("button")) return () => this.#take();
		if (mode !== "flicker") return undefined;
		if (key.toLowerCase() === "p") return () => this.#pause();
		return isPeek(key) ? () => repeat || this.#peek() : undefined;
	}

	/** The next one, as long as the key is held. */
	#peek(): void {
		this.#flicker.stop();
		this.#chosen = this.#seen;
		this.#show(this.#next);
	}
}

function isPeek(key: string): boolean {
	return mode === "flicker" && key.toLowerCase() === "h";
}

function names(): Record<Mode, [name: string, title: string]> {
	return {
		slider: [t("Slider"), t("One over the other, with a line to draw (S)")],
		beside: [t("Side by side"), t("Side by side, zoomed alike (B)")],
		flicker: [t("Flicker"), t("By turns at the same place (F)")],
		difference: [t("Difference"), t("Only what differs (D)")],
	};
}
