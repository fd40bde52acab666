/** A finger that goes sideways over a picture that is seen whole: to the next, or the one before. */

import { on } from "./element.ts";
import type { Undo } from "./signal.ts";
import type { Zoom } from "./zoom.ts";

const FAR = 48;

export function swiping(window: HTMLElement, zoom: Zoom, step: (steps: number) => void): Undo {
	let from: { x: number; y: number } | undefined;
	let fingers = 0;
	const down = (event: PointerEvent) => {
		if (event.pointerType !== "touch") return;
		fingers++;
		from = fingers === 1 && zoom.isWhole ? { x: event.clientX, y: event.clientY } : undefined;
	};
	const up = (event: PointerEvent) => {
		if (event.pointerType !== "touch") return;
		fingers = Math.max(0, fingers - 1);
		const x = event.clientX - (from?.x ?? event.clientX);
		const y = event.clientY - (from?.y ?? event.clientY);
		from = undefined;
		if (event.type === "pointerup" && Math.abs(x) > FAR && Math.abs(x) > 2 * Math.abs(y))
			step(x < 0 ? 1 : -1);
	};
	const ends = ["pointerup", "pointercancel"] as const;
	on(window, "pointerdown", down);
	for (const end of ends) on(window, end, up);
	return () => {
		window.removeEventListener("pointerdown", down);
		for (const end of ends) window.removeEventListener(end, up);
	};
}
