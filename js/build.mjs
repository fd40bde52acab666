/** Builds the widget for the package; `--watch` again at each change, `--harness` as a page to look at, on loopback. */
import { readFile } from "node:fs/promises";
import { build, context } from "esbuild";

const STATIC = "../nbimagegen/static";

/** `widget` is what each studio loads; `dialogs` comes from the kernel when one is first opened. */
const LIMITS = { widget: 90_000, dialogs: 60_000 };
const PARTS = Object.keys(LIMITS);

const widget = {
	entryPoints: PARTS.map((part) => `src/${part}.ts`),
	outdir: STATIC,
	bundle: true,
	format: "esm",
	// `light-dark()`, which the colours are made of, is of the same age.
	target: ["es2022", "chrome123", "firefox120", "safari17.5"],
	legalComments: "none",
	logLevel: "info",
};

const sheet = { ...widget, entryPoints: PARTS.map((part) => `src/${part}.css`) };

async function harness() {
	const page = await context({
		...widget,
		entryPoints: [
			"tests/harness.ts",
			"src/widget.css",
			"src/dialogs.ts",
			"src/dialogs.css",
			"tests/harness.html",
		],
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
	// A library that slips in shows here at once.
	for (const part of PARTS) {
		const files = await Promise.all(["js", "css"].map((kind) => readFile(`${STATIC}/${part}.${kind}`)));
		const total = files.reduce((sum, bytes) => sum + bytes.length, 0);
		console.log(`${part}: ${total} bytes`);
		if (total > LIMITS[part]) throw new Error(`${part} has ${total} bytes; ${LIMITS[part]} is the limit.`);
	}
}

const [flag] = process.argv.slice(2);
await { "--watch": watch, "--harness": harness }[flag]?.();
if (!flag) await bundle();
