import { describe, expect, it } from "vitest";
import { parseObject } from "../src/json.ts";

describe("JSON that cannot be read", () => {
	it.each([
		['{"a": }', "Line 1, column 7: expected a value, found “}”."],
		['{"a": 1', "Line 1, column 8: expected “,” or “}”, found the end."],
		["{a: 1}", "Line 1, column 2: expected a name in double quotes, found “a:”."],
		['{"a": 1}}', "Line 1, column 9: expected the end, found “}”."],
		['{"a": [1 2]}', "Line 1, column 10: expected “,” or “]”, found “2]}”."],
		['{"a": "b', 'Line 1, column 7: expected a closed string, found “"b”.'],
		["{\n\n'a': 1}", "Line 3, column 1: expected a name in double quotes, found “'a':”."],
		["[1]", 'Write an object, such as {"seed": 7}.'],
		["NaN", "Line 1, column 1: expected a value, found “NaN”."],
	])("is told with its place: %s", (text, problem) => {
		expect(parseObject(text).problem).toBe(problem);
	});

	it("may be nested too deeply to tell", () => {
		expect(parseObject("[".repeat(200_000)).problem).toMatch(/expected/);
	});

	it("is nothing when there is nothing", () => {
		expect(parseObject(" \n")).toEqual({ values: {}, problem: null });
	});
});
