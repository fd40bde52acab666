import { describe, expect, it } from "vitest";
import { openSheet } from "../src/sheet.ts";
import { groups } from "../src/shortcuts.ts";
import { openStudio, openView } from "../src/studio.ts";
import { entries } from "./fake.ts";
import { field, open, press } from "./setup.ts";

const NAMES: Record<string, string> = {
	"←": "ArrowLeft",
	"→": "ArrowRight",
	"↑": "ArrowUp",
	"↓": "ArrowDown",
	Space: " ",
};
/** A strip has none. */
const ROWS = ["↑", "↓"];
/** The browser makes another event of it. */
const MENU = "Shift+F10";
const [writing, pictures] = groups();
const keysOf = (group: ReturnType<typeof groups>[number] | undefined) =>
	(group?.shortcuts ?? []).flatMap(([keys]) => keys).filter((keys) => keys !== MENU);

function stroke(target: Element, keys: string): KeyboardEvent {
	const parts = keys.split("+");
	const key = parts.at(-1) ?? "";
	const has = (name: string) => parts.includes(name);
	return press(target, NAMES[key] ?? key.replace(/^[A-Z]$/, (letter) => letter.toLowerCase()), {
		ctrlKey: has("Ctrl"),
		shiftKey: has("Shift"),
		altKey: has("Alt"),
	});
}

async function thumbnail(): Promise<Element> {
	const { el, greet } = await open({ selected: ["p2", "p3"] });
	greet(entries(5, 1));
	return el.querySelector("[role=listbox] [role=option][data-id]") as Element;
}

describe("the sheet of keys", () => {
	it.each(keysOf(pictures))("is right that %s does something on a picture", async (keys) => {
		const picture = await thumbnail();
		if (ROWS.includes(keys) && !stroke(picture, keys).defaultPrevented) stroke(picture, "G");
		expect(stroke(picture, keys).defaultPrevented).toBe(true);
	});

	it.each(keysOf(writing))("is right that %s does something in the prompt", async (keys) => {
		const { el, greet } = await open({ prompt: "a fox" });
		greet();
		const box = field<HTMLTextAreaElement>(el, "Prompt");
		box.setSelectionRange(0, 0);
		// An earlier prompt is looked at already.
		box.dataset.recalled = "";
		expect(stroke(box, keys).defaultPrevented).toBe(true);
	});

	it.each([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"])("tells of %s if it does something", async (key) => {
		const does = stroke(await thumbnail(), key).defaultPrevented;
		expect(keysOf(pictures).includes(key)).toBe(does);
	});
});

describe("`?`", () => {
	it("opens the sheet, and is a letter in a text", async () => {
		const { el, greet } = await open();
		greet();
		expect(press(field(el, "Prompt"), "?").defaultPrevented).toBe(false);
		expect(press(field(el, "Gateway"), "?").defaultPrevented).toBe(true);
		expect(press(await thumbnail(), "?").defaultPrevented).toBe(true);
	});

	it.each([
		["viewer", "One picture over the page"],
		["viewer compare", "Comparison"],
		["viewer painter", "Mask"],
		["sheet guide", "Prompt"],
	])("begins with the keys of what it was opened over: %s", async (over, first) => {
		const { model } = await open();
		const root = document.body.appendChild(document.createElement("div"));
		root.append(Object.assign(document.createElement("dialog"), { className: over }));
		openSheet(openView(openStudio(model.asModel()), model.asModel(), root));
		expect(root.querySelector("h4")?.textContent).toBe(first);
	});

	it("shows every key with what it does", async () => {
		const { model } = await open();
		const root = document.body.appendChild(document.createElement("div"));
		const view = openView(openStudio(model.asModel()), model.asModel(), root);
		openSheet(view);
		openSheet(view);
		expect(root.querySelectorAll("dialog")).toHaveLength(1);
		const lines = groups().flatMap(({ shortcuts }) => shortcuts);
		expect([...root.querySelectorAll("dd")].map((each) => each.textContent)).toEqual(
			lines.map(([, does]) => does),
		);
	});
});
