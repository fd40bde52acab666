/** Builds the widget for the package; `--watch` again at each change, `--harness` as a page to look at, on loopback. */
import { readFile } from "node:fs/promises";
import { build, context } from "esbuild";

const STATIC = "../nbimagegen/static";

const widget = {
	entryPoints: { widget: "src/widget.ts" },
	outdir: STATIC,
	bundle: true,
	format: "esm",
	target: ["es2022", "chrome111", "firefox113", "safari16.4"],
	legalComments: "none",
	logLevel: "info",
};

const sheet = { ...widget, entryPoints: { widget: "src/widget.css" } };

async function harness() {
	const page = await context({
		...widget,
		entryPoints: ["tests/harness.ts", "src/widget.css", "tests/harness.html"],
		loader: { ".html": "copy" },
		entryNames: "[name]",
		outdir: "harness",
		write: false,
	});
	const { port } = await page.serve({ host: "127.0.0.1", port: Number(process.env.PORT ?? 8137) });
	console.log(`http://127.0.0.1:${port}/harness.html`);
}

async function watch() {
	for (const options of [widget, sheet]) {
		await (await context({ ...options, sourcemap: "inline" })).watch();
	}
}

async function bundle() {
	await Promise.all([widget, sheet].map((options) => build({ ...options, minify: true })));
	const sizes = await Promise.all(["js", "css"].map((kind) => readFile(`${STATIC}/widget.${kind}`)));
	const total = sizes.reduce((sum, bytes) => sum + bytes.length, 0);
	// What a notebook loads with each studio; a library that slips in shows here at once.
	if (total > 90_000) throw new Error(`The bundle has ${total} bytes; 90,000 is the limit.`);
}

const [flag] = process.argv.slice(2);
await { "--watch": watch, "--harness": harness }[flag]?.();
if (!flag) await bundle();
