/// <reference types="vite/client" />
/** What holds for every file: no markup from strings, no network, rooms that do not reach into each other. */

import { describe, expect, it } from "vitest";

const files = import.meta.glob("../src/*", { query: "?raw", import: "default", eager: true }) as Record<
	string,
	string
>;
const sources = Object.entries(files)
	.filter(([path]) => path.endsWith(".ts"))
	.map(([path, text]) => [path.replace("../src/", ""), text] as const);

const VIEWS = ["composer", "finder", "jobs", "notices", "stage", "strip", "welcome"];
const SENDERS = [
	"catalog.ts",
	"clicks.ts",
	"earlier.ts",
	"later.ts",
	"mask-line.ts",
	"notices.ts",
	"pictures.ts",
	"speech.ts",
	"tray.ts",
	"whole-failure.ts",
];

describe("a source file", () => {
	it.each(sources)("%s makes no markup from text, runs no text and fetches nothing", (_, text) => {
		expect(text).not.toMatch(
			/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment/,
		);
		expect(text).not.toMatch(
			/\beval\(|new Function|fetch\(|XMLHttpRequest|WebSocket|https?:\/\/(?!www\.w3\.org\/2000\/svg)/,
		);
		expect(text).not.toMatch(/\.randomUUID\(/);
	});

	it.each(sources)("%s is one idea long", (_, text) => {
		expect(text.split("\n").length).toBeLessThan(400);
	});

	it.each(sources.filter(([name]) => VIEWS.includes(name.replace(".ts", ""))))(
		"%s imports no other view",
		(_, text) => {
			const imported = [...text.matchAll(/from "\.\/(\w+)\.ts"/g)].map((match) => match[1]);
			expect(imported.filter((name) => VIEWS.includes(name ?? ""))).toEqual([]);
		},
	);

	it("sends messages only where pictures are pulled, lists opened or buttons pressed", () => {
		const senders = sources.filter(([, text]) => /kernel\.send\(/.test(text)).map(([name]) => name);
		expect(senders.sort()).toEqual(SENDERS.sort());
	});

	it("styles nothing outside the studio", () => {
		for (const [, sheet] of Object.entries(files).filter(([path]) => path.endsWith(".css"))) {
			const rules = sheet.replace(/\/\*[\s\S]*?\*\/|@import .*;/g, "");
			const outermost = [...rules.matchAll(/^(?![\s}])([^{};]+) \{$/gm)].map((match) => match[1] ?? "");
			expect(outermost.length).toBeGreaterThan(0);
			const others = outermost.filter(
				(rule) => !rule.includes(".nbimagegen") && !/^@keyframes nbig-/.test(rule),
			);
			expect(others).toEqual([]);
		}
	});
});
