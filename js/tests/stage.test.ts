import { describe, expect, it } from "vitest";
import { entries, entry, news } from "./fake.ts";
import { open, press, shown } from "./setup.ts";

const said = (el: Element) => shown(el, ".said").join();

describe("the picture on the stage", () => {
	it.each(["newest", "oldest", "rating"] as const)(
		"is the one that came, in the order: %s",
		async (order) => {
			const { model, el, greet } = await open({ filter: { order } });
			const held = entries(3, 1);
			greet(order === "oldest" ? held.reverse() : held);
			model.reply(news("arrived", [entry("p4")], 4, { query: { order } }));
			expect(said(el)).toBe("prompt of p4");
		},
	);

	it("is the last of several that came at once, oldest first", async () => {
		const query = { order: "oldest" } as const;
		const { model, el, greet } = await open({ filter: query });
		greet([entry("p1")]);
		model.reply(news("arrived", [entry("p2"), entry("p3")], 3, { query }));
		expect(said(el)).toBe("prompt of p3");
	});

	it("goes back to the list where what came is deleted, or something else is looked for", async () => {
		const query = { order: "oldest" } as const;
		const { model, el, greet } = await open({ filter: query });
		greet([entry("p1")]);
		model.reply(news("arrived", [entry("p2")], 2, { query }));
		press(el.querySelector(".closely") as Element, "Delete");
		expect(said(el)).toBe("prompt of p1");
	});

	it("is what Python opened, until something is chosen", async () => {
		const { model, el, greet } = await open({ selected: ["p1"] });
		greet(entries(3, 1));
		model.reply({ kind: "show", id: "p2" });
		expect(said(el)).toBe("prompt of p2");
		model.set("selected", ["p3"]);
		expect(said(el)).toBe("prompt of p3");
	});
});

describe("looking closely", () => {
	const isTaken = async (key: string, selected: string[]) => {
		const { el, greet } = await open({ selected });
		greet(entries(5, 1));
		return press(el.querySelector("[role=option]") as Element, key).defaultPrevented;
	};

	it("is asked for by a click on the picture, a double click in the strip, or Enter", async () => {
		const { model, el, greet } = await open();
		greet(entries(2, 1));
		const option = el.querySelector("[role=option]") as Element;
		(el.querySelector(".closely") as HTMLElement).click();
		option.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
		press(option, "Enter");
		expect(model.of("dialogs")).toHaveLength(3);
	});

	it("has its code asked for once by whoever comes near, with the pointer and with the focus", async () => {
		const { model, el } = await open();
		for (const name of ["pointerover", "focusin", "pointerover"]) {
			el.querySelector(".nbimagegen")?.dispatchEvent(new Event(name, { bubbles: true }));
		}
		expect(model.of("dialogs")).toHaveLength(1);
	});

	it("leaves Enter to the buttons below the picture", async () => {
		const { model, el, greet } = await open();
		greet(entries(2, 1));
		press(el.querySelector(".actions button") as Element, "Enter");
		expect(model.of("dialogs")).toHaveLength(0);
	});

	it("compares two to four that are selected, by C or as Python says", async () => {
		expect(await isTaken("c", ["p1"])).toBe(false);
		expect(await isTaken("c", ["p1", "p2"])).toBe(true);
		expect(await isTaken("c", ["p1", "p2", "p3", "p4", "p5"])).toBe(false);
		const { model, greet } = await open();
		greet(entries(2, 1));
		model.reply({ kind: "compare", ids: ["p1", "p2"] });
		expect(model.of("dialogs")).toHaveLength(1);
	});
});
