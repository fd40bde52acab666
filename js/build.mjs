/** Builds the widget for the package; `--watch` again at each change, `--harness` as a page to look at, on loopback or in a folder. */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { build, context } from "esbuild";

const STATIC = "../nbimagegen/static";

/** `widget` is what each studio loads; `dialogs` comes from the kernel when one is first opened. */
const LIMITS = { widget: 90_000, dialogs: 105_000 };
const PARTS = Object.keys(LIMITS);

const widget = {
	entryPoints: PARTS.map((part) => `src/${part}.ts`),
	outdir: STATIC,
	bundle: true,
	format: "esm",
	charset: "utf8",
	// `light-dark()`, which the colours are made of, is of the same age.
	target: ["es2022", "chrome123", "firefox120", "safari17.5"],
	legalComments: "none",
	logLevel: "info",
};

const sheet = { ...widget, entryPoints: PARTS.map((part) => `src/${part}.css`) };

const page = {
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
};

/** Into a folder, once, for tests; or served, and built anew at each look. */
async function harness(folder) {
	if (folder) return await build({ ...page, outdir: folder });
	const served = await context({ ...page, write: false });
	const { port } = await served.serve({ host: "127.0.0.1", port: Number(process.env.PORT ?? 8137) });
	console.log(`http://127.0.0.1:${port}/harness.html`);
}

/** A studio reloads when `widget` is another, and asks for the dialogs anew only then. */
const reloading = {
	name: "reloading",
	setup: ({ onEnd }) => onEnd(() => appendFile(`${STATIC}/widget.js`, `// ${Date.now()}\n`)),
};

async function watch() {
	for (const options of [widget, sheet]) {
		await (await context({ ...options, sourcemap: "inline", plugins: [reloading] })).watch();
	}
}

/** The sheets' own properties, `--_surface` and the like, by their numbers: the same ones in each part. */
const short = new Map();
async function shorten(part) {
	const path = `${STATIC}/${part}.css`;
	const number = (name) => short.set(name, short.get(name) ?? short.size.toString(36)).get(name);
	const sheet = await readFile(path, "utf8");
	await writeFile(
		path,
		sheet.replace(/--_[\w-]+/g, (name) => `--_${number(name)}`),
	);
}

async function bundle() {
	await Promise.all([widget, sheet].map((options) => build({ ...options, minify: true })));
	for (const part of PARTS) await shorten(part);
	// A library that slips in shows here at once.
	for (const part of PARTS) {
		const files = await Promise.all(["js", "css"].map((kind) => readFile(`${STATIC}/${part}.${kind}`)));
		const total = files.reduce((sum, bytes) => sum + bytes.length, 0);
		console.log(`${part}: ${total} bytes`);
		if (total > LIMITS[part]) throw new Error(`${part} has ${total} bytes; ${LIMITS[part]} is the limit.`);
	}
}

const [flag, folder] = process.argv.slice(2);
await { "--watch": watch, "--harness": harness }[flag]?.(folder);
if (!flag) await bundle();
