import { afterEach, describe, expect, it, vi } from "vitest";
import { counted, day, speak, t } from "../src/language.ts";
import { button, field, open, type } from "./setup.ts";

const WORDS = { Generate: "生成", Prompt: "提示词", "{n} s": "{n} 秒" };

afterEach(() => {
	document.documentElement.lang = "";
	speak({});
});

describe("a sentence", () => {
	it("is filled in, and stays as it is where nothing is given", () => {
		expect(t("{a} of {b}", { a: "one" })).toBe("one of {b}");
	});

	it("is the table's where there is one", () => {
		speak(WORDS, "zh-CN");
		expect(t("{n} s", { n: 12 })).toBe("12 秒");
		expect(t("Not in the table")).toBe("Not in the table");
	});

	it("reads numbers as people do", () => {
		expect(t("{n}", { n: 12345 })).toBe("12,345");
	});

	it.each([
		[0, "0 pictures"],
		[1, "1 picture"],
		[2, "2 pictures"],
	])("about %i says %s", (n, words) => {
		expect(counted(n, "{n} picture", "{n} pictures")).toBe(words);
	});

	it("names a day in its language", () => {
		speak(WORDS, "zh-CN");
		expect(day(86_400 * 365)).toBe("1971/1/1");
	});
});

describe("the page's language", () => {
	it.each(["zh-CN", "zh", "zh-Hans", "zh_CN", "zh-TW"])("is asked for where the page is %s", async (lang) => {
		document.documentElement.lang = lang;
		const { model, el } = await open();
		expect(model.of("words")).toEqual([{ kind: "words", language: "zh-CN" }]);
		expect(el.childElementCount).toBe(0);
		model.reply({ kind: "words", language: "zh-CN", words: WORDS });
		expect(button(el, "生成")).toBeTruthy();
		expect(el.querySelector(".nbimagegen")?.getAttribute("lang")).toBe("zh-CN");
	});

	it.each(["", "en", "de-DE", "zhx"])("is English where the page is '%s'", async (lang) => {
		document.documentElement.lang = lang;
		const { model, el } = await open();
		expect(model.of("words")).toEqual([]);
		expect(button(el, "Generate")).toBeTruthy();
	});

	it("is what Python says, whatever the page's is", async () => {
		document.documentElement.lang = "zh-CN";
		expect((await open({ language: "en" })).model.of("words")).toEqual([]);
		document.documentElement.lang = "en";
		expect((await open({ language: "zh-CN" })).model.of("words")).toHaveLength(1);
	});

	it("is waited for no longer than a second", async () => {
		const { model, el } = await open({ language: "zh-CN" });
		await vi.advanceTimersByTimeAsync(1000);
		expect(button(el, "Generate")).toBeTruthy();
		model.reply({ kind: "words", language: "zh-CN", words: WORDS });
		expect(el.querySelectorAll(".nbimagegen")).toHaveLength(1);
		expect(button(el, "生成")).toBeTruthy();
	});

	it("may change while one writes, and nothing typed is lost", async () => {
		const { model, el } = await open();
		type(field(el, "Prompt"), "a fox");
		model.set("language", "zh-CN");
		model.reply({ kind: "words", language: "zh-CN", words: WORDS });
		expect(field(el, "提示词").value).toBe("a fox");
		model.set("language", null);
		expect(field(el, "Prompt").value).toBe("a fox");
	});
});
