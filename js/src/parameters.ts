/** The chosen model's parameters, and whatever else is held and would be sent. */

import { type Control, heldField } from "./control.ts";
import { h, say } from "./element.ts";
import { t } from "./language.ts";
import { changed, controlFor, isIdle } from "./live.ts";
import type { Part } from "./part.ts";
import type { Parameter, Value } from "./protocol.ts";
import type { View } from "./studio.ts";

const NEEDED = ["gateway", "model", "parameters", "source", "references"];

export function parameterControls(view: View): Part {
	const { draft, catalog, keep } = view;
	const element = h("div", { class: "flow" });
	const note = h("p", { class: "note" });
	let controls = new Map<string, Control>();
	let built = "";

	const change = (name: string) => (value: Value | undefined) => {
		draft.edit({ parameters: changed(draft.get("parameters"), name, value) });
	};
	const build = () => {
		const all = catalog.model(draft.get("gateway"), draft.get("model"))?.parameters ?? [];
		const offered = all.filter(
			({ operations }) => !operations?.length || operations.includes(draft.operation),
		);
		const idle = all.filter((each) => !offered.includes(each) && each.name in draft.get("parameters"));
		const names = Object.keys(draft.get("parameters"));
		const held = unoffered(all, names, controls);
		const left = idle.map(({ label }) => t(label)).join(", ");
		say(note, left && t("Not sent now: {names}", { names: left }));
		// Built anew only when other controls are needed: the one with the focus must live on.
		const plan = JSON.stringify([offered, held]);
		if (plan !== built) {
			controls = makeAll(view, offered, held, change);
			element.replaceChildren(...[...controls.values()].map((control) => control.element), note);
			element.hidden = controls.size === 0;
		}
		built = plan;
		for (const [name, control] of controls) {
			control.show(draft.get("parameters")[name]);
			control.element.hidden = isIdle(name, draft.get("parameters"));
		}
	};
	keep(draft.changed.on((name) => NEEDED.includes(name) && build()));
	keep(catalog.changed.on(build));
	build();
	return { element, problem: () => firstProblem(controls) };
}

function unoffered(offered: Parameter[], held: string[], before: Map<string, Control>): string[] {
	const known = new Set(offered.map(({ name }) => name));
	const names = held.filter((name) => !known.has(name));
	// In the order in which they stand already: editing one must not move it.
	const place = [...before.keys()];
	return names.sort((a, b) => place.indexOf(a) - place.indexOf(b));
}

function makeAll(
	view: View,
	offered: Parameter[],
	held: string[],
	change: (name: string) => (value: Value | undefined) => void,
): Map<string, Control> {
	const id = (name: string) => view.id(`parameter-${name.replace(/\W/g, "_")}`);
	return new Map([
		...offered.map(
			(parameter) =>
				[parameter.name, controlFor(parameter, id(parameter.name), change(parameter.name))] as const,
		),
		...held.map((name) => [name, heldField(name, id(name), change(name))] as const),
	]);
}

function firstProblem(controls: Map<string, Control>): string | null {
	for (const control of controls.values()) {
		const problem = control.problem();
		if (problem) return problem;
	}
	return null;
}
