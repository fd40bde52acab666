import { describe, expect, it } from "vitest";
import type { Fills } from "../src/protocol.ts";
import { button, open, shown, turned, withDialogs } from "./setup.ts";

const ANIMALS: Fills = {
	prompts: 3,
	names: [{ name: "animal", count: 3, values: "a fox, an otter, a bear" }],
	unknown: [],
	message: "",
	first: "a fox",
};
const UNKNOWN: Fills = {
	prompts: 1,
	names: [],
	unknown: ["anmial"],
	message: "There is no variable 'anmial'; did you mean animal?",
	first: "{anmial}",
};

describe("names in the prompt", () => {
	withDialogs();

	it.each<[string, Fills, number, string[]]>([
		["nothing where it is sent as it stands", {}, 1, []],
		["each value of a list", ANIMALS, 1, ["{animal} → a fox, an otter, a bear\n3 requests"]],
		["how many pictures", ANIMALS, 2, ["{animal} → a fox, an otter, a bear\n3 requests · 6 pictures"]],
		["what doubled braces become", { prompts: 1, first: "a {fox}" }, 1, ["→ a {fox}"]],
		["an unknown name", UNKNOWN, 1, [UNKNOWN.message as string]],
	])("are shown with %s", async (_, fills, n, line) => {
		const { el } = await open({ prompt: "{animal}", n, _fills: fills });
		await turned();
		expect(shown(el, ".fills")).toEqual(line);
	});

	it("are sent with the count that was seen", async () => {
		const { model, el } = await open({ prompt: "{animal}", _fills: ANIMALS });
		await turned();
		button(el, "Generate").click();
		expect(model.of("generate")).toMatchObject([{ prompts: 3, as_is: true }]);
	});

	it("that nobody knows are sent after a second press, and from then on", async () => {
		const { model, el } = await open({ prompt: "{anmial}", _fills: UNKNOWN });
		await turned();
		button(el, "Generate").click();
		expect(model.of("generate")).toEqual([]);
		expect(shown(el, "[role=alert]")).toEqual([
			"There is no variable 'anmial'; did you mean animal? Press again to send {anmial} as it stands.",
		]);
		button(el, "Generate").click();
		button(el, "Generate").click();
		expect(model.of("generate").map(({ as_is }) => as_is)).toEqual([true, true]);
	});

	it("that give too many prompts are not sent", async () => {
		const message = "The lists in this prompt give 400 prompts; 100 at a time are the most.";
		const { model, el } = await open({ prompt: "{a}{b}", _fills: { prompts: 0, message } });
		await turned();
		button(el, "Generate").click();
		expect([model.of("generate"), shown(el, "[role=alert]")]).toEqual([[], [message]]);
	});
});
