/** One picture over the whole page, to look at closely, with all that is known of it; the strip's next is a key away. */

import { copyImage, copyText } from "./clipboard.ts";
import { curating, known } from "./curate.ts";
import { type Dialog, openDialog } from "./dialog.ts";
import type { Drafted } from "./draft.ts";
import { h, on, say, statusLine } from "./element.ts";
import { t } from "./language.ts";
import { lineage, paintKin } from "./lineage.ts";
import { outsideFact } from "./outside.ts";
import { Pane } from "./pane.ts";
import type { Placement } from "./placement.ts";
import type { Details } from "./protocol.ts";
import { record } from "./record.ts";
import { Signal } from "./signal.ts";
import type { View } from "./studio.ts";
import { swiping } from "./swipe.ts";
import { toolbar } from "./toolbar.ts";
import { Zoom } from "./zoom.ts";
import { toolButton, zoomBar } from "./zoom-bar.ts";

const LINES = {
	before: "M15 5l-7 7 7 7",
	next: "M9 5l7 7-7 7",
	copy: "M9 9h11v11H9zM5 15H4V4h11v1",
	whole: "M4 9V4h5M20 9V4h-5M4 15v5h5m11-5v5h-5",
	about: "M12 8v.1M12 11.5V16M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
	close: "M6 6l12 12M18 6L6 18",
};
/** Where the panel has room beside the picture. */
const WIDE = "(width >= 760px)";
const UNKNOWN = { width: 1024, height: 1024 };

/** Kept from one opening to the next. */
let panelShown: boolean | undefined;

export function openViewer(view: View, id: string): void {
	const dialog = openDialog(view, { label: t("Picture"), class: "viewer" }, [], () => viewer.leave());
	const { keep, element: root } = dialog;
	const reuse = new Signal<Partial<Drafted>>();
	// Stars and the trash are for the picture that is seen, whatever else is selected.
	const own: View = { ...view, root, keep, reuse, menu: new Signal(), alone: true };
	const viewer = new Viewer(own, dialog, id);
	keep(reuse.on((edits) => viewer.hand(edits, view)));
	keep(own.menu.on(({ id, at }) => viewer.menu(id, at)));
}

class Viewer {
	readonly #view: View;
	readonly #dialog: Dialog;
	readonly #pane: Pane;
	readonly #zoom: Zoom;
	readonly #window = h("div", { class: "window", tabindex: 0, role: "group" });
	readonly #place = h("span", { class: "place" });
	readonly #told = statusLine("toast");
	readonly #record = h("div", { class: "record" });
	readonly #panel: HTMLElement;
	readonly #actions;
	readonly #zooms = zoomBar(() => this.#zoom);
	readonly #first: string;
	#id: string;
	/** Where it stands in the list, or stood. */
	#at: number;
	/** A place that is gone to once the picture there is known. */
	#toward: number | undefined;
	#shown: Details | undefined;
	/** Shows at which ends of the list one stands. */
	#ends = (_place: number) => {};

	constructor(view: View, dialog: Dialog, id: string) {
		this.#view = view;
		this.#dialog = dialog;
		this.#first = this.#id = id;
		this.#at = view.pictures.place(id);
		this.#pane = new Pane(view.pictures);
		this.#actions = toolbar(view);
		this.#panel = h("aside", { class: "panel", "aria-label": t("About the picture") });
		this.#panel.append(this.#actions.element, this.#actions.told, this.#record);
		this.#draw();
		this.#zoom = new Zoom(
			{ windows: [this.#window], size: this.#size, show: (placement) => this.#zoomed(placement) },
			view.keep,
		);
		this.#listen();
		this.#show();
	}

	/** The strip goes on where one looked last. */
	leave(): void {
		const { draft, pictures, chosen } = this.#view;
		this.#pane.close();
		if (this.#id === this.#first || draft.get("selected").length > 1) return;
		if (pictures.place(this.#id) < 0) return;
		draft.edit({ selected: [this.#id] });
		chosen.emit();
	}

	menu(id: string, at: MouseEvent | Element): void {
		this.#actions.menu(id, at);
	}

	/** What is taken over into the composer is looked at there; a reference is only laid aside. */
	hand(edits: Partial<Drafted>, { reuse }: View): void {
		if (Object.keys(edits).join() === "references") {
			reuse.emit(edits);
			this.#say(t("It goes along with the prompt, as a reference."));
			return;
		}
		// Once the focus is back, to be taken on to the prompt.
		on(this.#dialog.element, "close", () => reuse.emit(edits), { once: true });
		this.#dialog.close();
	}

	#draw(): void {
		const wide = matchMedia(WIDE).matches;
		this.#window.append(this.#pane.element, this.#pane.problem);
		const body = h(
			"div",
			{ class: "looking" },
			this.#bar(),
			h("div", { class: "sight" }, this.#window, ...this.#arrows(), this.#told),
			this.#panel,
		);
		this.#dialog.element.append(body);
		this.#showPanel(wide && (panelShown ?? true));
		this.#window.focus();
	}

	#bar(): HTMLElement {
		const { element } = this.#dialog;
		const whole = toolButton(LINES.whole, t("Full screen (F)"), () => this.#fullScreen());
		whole.hidden = !document.fullscreenEnabled;
		const about = toolButton(LINES.about, t("About the picture (I)"), () => this.#turnPanel());
		about.classList.add("about-button");
		return h(
			"div",
			{ class: "bar" },
			this.#place,
			this.#zooms.element,
			toolButton(LINES.copy, t("Copy the picture (Ctrl+C)"), () => this.#copy()),
			whole,
			about,
			toolButton(LINES.close, t("Close (Escape)"), () => element.close()),
		);
	}

	#arrows(): HTMLElement[] {
		const before = toolButton(LINES.before, t("Previous (←)"), () => this.#step(-1));
		const next = toolButton(LINES.next, t("Next (→)"), () => this.#step(1));
		before.classList.add("arrow-before");
		next.classList.add("arrow-next");
		this.#ends = (place) => {
			const last = this.#view.pictures.total - 1;
			// Not `disabled`, which would take the focus from the button that was pressed last.
			before.setAttribute("aria-disabled", String(place === 0));
			next.setAttribute("aria-disabled", String(place === last));
		};
		return [before, next];
	}

	#listen(): void {
		const { pictures, keep, leaving } = this.#view;
		keep(pictures.came.on((id) => this.#take(id)));
		keep(pictures.listed.on(() => this.#listed()));
		keep(leaving.on((ids) => ids.includes(this.#id) && this.#goOn()));
		keep(this.#pane.loaded.on(() => this.#lookAhead()));
		keep(swiping(this.#window, this.#zoom, (steps) => this.#step(steps)));
		on(this.#dialog.element, "keydown", (event) => this.#key(event));
	}

	get #size() {
		const entry = known(this.#view, this.#id);
		return entry && entry.width > 0 && entry.height > 0 ? entry : UNKNOWN;
	}

	#go(id: string): void {
		this.#id = id;
		const place = this.#view.pictures.place(id);
		if (place >= 0) this.#at = place;
		this.#toward = undefined;
		this.#shown = undefined;
		this.#say("");
		this.#panel.scrollTop = 0;
		this.#show();
	}

	/** To a place of the list; at once if the picture there is known, else as soon as it is. */
	#reach(place: number): void {
		const { pictures } = this.#view;
		if (place < 0 || place >= pictures.total) return;
		pictures.look(place, place + 1);
		const entry = pictures.at(place);
		if (entry) this.#go(entry.id);
		else this.#toward = place;
	}

	#step(steps: number): void {
		const place = this.#view.pictures.place(this.#id);
		// A parent, or what no longer fits the filter, stands nowhere: one goes on from where one came.
		this.#reach((place < 0 ? this.#at : place) + (this.#toward === undefined ? steps : 0));
	}

	/** This one is about to be deleted: to the one behind it, else to the one before. */
	#goOn(): void {
		const { pictures } = this.#view;
		const place = pictures.place(this.#id);
		const next = pictures.beside(this.#id, 1) ?? pictures.beside(this.#id, -1);
		if (next && place >= 0) this.#go(next);
		else this.#dialog.close();
	}

	#show(): void {
		const { prompt = "" } = known(this.#view, this.#id) ?? {};
		this.#zoom.resize(this.#size);
		this.#pane.show(this.#id, this.#size, String(prompt));
		this.#actions.show(this.#id);
		this.#tellPlace(String(prompt));
		this.#fill();
	}

	#zoomed(placement: Placement): void {
		this.#pane.place(placement);
		this.#zooms.show(placement);
	}

	#tellPlace(prompt: string): void {
		const { pictures } = this.#view;
		const place = pictures.place(this.#id);
		const stands = place < 0 ? "" : t("{n} of {total}", { n: place + 1, total: pictures.total });
		say(this.#place, stands);
		this.#ends(place);
		this.#window.setAttribute("aria-label", prompt || t("Picture"));
	}

	#fill(): void {
		const details = this.#view.pictures.details(this.#id);
		if (!details || details === this.#shown) return;
		this.#shown = details;
		this.#record.replaceChildren(
			h("ul", { class: "facts" }, ...outsideFact(this.#view, details)),
			...record(details, async () => this.#say(await copyText(details.prompt, this.#dialog.element))),
			...lineage(this.#view, details, (id) => this.#go(id)),
		);
	}

	#take(id: string): void {
		if (id === this.#id) this.#show();
		else paintKin(this.#view, this.#panel, id);
	}

	#listed(): void {
		if (this.#toward !== undefined) this.#reach(this.#toward);
		else this.#show();
	}

	/** The neighbours come while this one is looked at. */
	#lookAhead(): void {
		const { pictures } = this.#view;
		for (const steps of [1, -1]) {
			const beside = pictures.beside(this.#id, steps);
			if (beside) pictures.original(beside);
		}
	}

	#key(event: KeyboardEvent): void {
		if (event.defaultPrevented || !this.#isMeant(event.target as Element)) return;
		const act = this.#action(event);
		if (act) act();
		else if (!this.#zoom.key(event)) return;
		event.preventDefault();
	}

	/** What is typed, and what another dialog or a menu has over this one, is theirs. */
	#isMeant(target: Element): boolean {
		if (target.closest("input, textarea, select, [role=menu]")) return false;
		return target.closest("dialog") === this.#dialog.element;
	}

	#action(event: KeyboardEvent): (() => void) | undefined {
		const command = event.ctrlKey || event.metaKey;
		const key = event.key.toLowerCase();
		if (command && key === "c" && !String(getSelection())) return () => this.#copy();
		const curate = curating(this.#view, event, this.#id);
		if (curate) return curate;
		if (command || event.altKey || event.shiftKey) return undefined;
		return {
			arrowleft: () => this.#step(-1),
			arrowright: () => this.#step(1),
			home: () => this.#reach(0),
			end: () => this.#reach(this.#view.pictures.total - 1),
			f: () => this.#fullScreen(),
			i: () => this.#turnPanel(),
		}[key];
	}

	async #copy(): Promise<void> {
		const { original } = this.#pane;
		this.#say(original ? await copyImage(original) : t("The picture is not here yet."));
	}

	#say(sentence: string): void {
		say(this.#told, sentence);
	}

	/** A dialog itself may not fill the screen. */
	#fullScreen(): void {
		const body = this.#dialog.element.firstElementChild as HTMLElement;
		if (body.matches(":fullscreen")) document.exitFullscreen();
		else body.requestFullscreen?.().catch(() => this.#say(t("The browser did not allow the full screen.")));
	}

	#turnPanel(): void {
		panelShown = this.#panel.hidden === true;
		this.#showPanel(panelShown);
	}

	#showPanel(shown: boolean): void {
		this.#panel.hidden = !shown;
		this.#dialog.element.querySelector(".about-button")?.setAttribute("aria-pressed", String(shown));
	}
}
