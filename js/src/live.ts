/** Live preview: `stream` as a tick, and how many unfinished pictures it asks for. */

import { type Control, makeControl } from "./control.ts";
import { t } from "./language.ts";
import type { Parameter, Value, Values } from "./protocol.ts";
import { tick } from "./tick.ts";

const STREAM = "stream";
const PARTIALS = "partial_images";
/** What the kernel adds where a streaming request names no number: `nbimagegen/session/asking.py`. */
const USUAL_PARTIALS = 2;

type Change = (value: Value | undefined) => void;

export function controlFor(parameter: Parameter, id: string, change: Change): Control {
	if (parameter.name === STREAM && parameter.type === "boolean") {
		const help = t("Shows unfinished pictures while they grow; they may cost tokens.");
		return tick({ ...parameter, label: t("Live preview"), help }, id, (on) => change(on || undefined));
	}
	if (parameter.name !== PARTIALS) return makeControl(parameter, id, change);
	return makeControl({ ...parameter, default: parameter.default ?? USUAL_PARTIALS }, id, change);
}

/** Without streaming nobody sends unfinished pictures; but what is held is always seen. */
export function isIdle(name: string, held: Values): boolean {
	return name === PARTIALS && held[STREAM] !== true && !(PARTIALS in held);
}

/** `undefined` takes a value out; the number of unfinished pictures goes with the streaming that it belongs to. */
export function changed(held: Values, name: string, value: Value | undefined): Values {
	const gone = name === STREAM ? [STREAM, PARTIALS] : [name];
	if (value !== undefined) return { ...held, [name]: value };
	return Object.fromEntries(Object.entries(held).filter(([each]) => !gone.includes(each)));
}
