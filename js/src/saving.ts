/** A picture's file as it leaves: asked of the kernel, which writes into it how it was made, and saved. */

import { busy } from "./clicks.ts";
import { h } from "./element.ts";
import { objectUrl, revoke } from "./object-url.ts";
import type { View } from "./studio.ts";

const PATIENCE = 1000;
/** A browser may read the address only after a question to the user. */
const KEPT = 120_000;

/** Returns what asks for a file; one press saves one file, however often it comes. */
export function saver(view: View, told: (sentence: string) => void): (id: string) => void {
	const waiting = new Map<string, ReturnType<typeof setTimeout>>();
	const settle = (id: string) => {
		const timer = waiting.get(id);
		clearTimeout(timer);
		if (timer !== undefined) told("");
		return waiting.delete(id);
	};
	view.keep(
		view.kernel.on("file", ({ id, name, type }, bytes, beside) => {
			if (!settle(id) || !bytes) return;
			save(bytes, type, name);
			if (beside) save(beside, "application/json", `${name}.json`);
		}),
	);
	view.keep(
		view.kernel.on("missing", ({ id, what, message }) => {
			if (what === "file" && settle(id)) told(message);
		}),
	);
	view.keep(() => [...waiting.keys()].forEach(settle));
	return (id) => {
		if (waiting.has(id)) return;
		waiting.set(
			id,
			setTimeout(() => told(busy()), PATIENCE),
		);
		view.pictures.wantFile(id);
	};
}

function save(bytes: DataView, type: string, name: string): void {
	const href = objectUrl(bytes, type);
	const link = h("a", { href, download: name });
	// VS Code saves what it hears a click on in its page (microsoft/vscode, webviewPreloads.ts).
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => revoke(href), KEPT);
}
