/** Opens studios in turn, until the first picture of the strip, or that there is none, has been painted. */

async (lab, { cells, rounds, flung, slow, looked, rests, settles }) => {
	const FORGET = "studio.close()\ndel studio\n__import__('gc').collect()";
	const SLOW = 60; // pixels a frame
	const find = (selector) => document.querySelector(`.jp-Notebook .nbimagegen ${selector}`);
	const isThere = {
		picture: () => lab.isWhole(find(".strip [role=option] img")),
		welcome: () => find(".welcome")?.checkVisibility(),
	};
	/** What object URLs hold. */
	const held = new Map();

	async function open({ source, shows }) {
		const began = performance.now();
		lab.show(source);
		const at = await lab.painted(isThere[shows]);
		return (at - began) / 1000;
	}

	async function openInTurn() {
		const took = Object.fromEntries(Object.keys(cells).map((name) => [name, []]));
		for (let round = 0; round <= rounds; round++)
			for (const [name, cell] of Object.entries(cells)) {
				const wall = await open(cell);
				if (round > 0) took[name].push({ wall });
				await rest();
				await lab.run(FORGET);
				await rest();
			}
		return took;
	}

	/** What comes after the first paint, such as an original, is not to be in the next one's time. */
	async function rest(length = rests) {
		await lab.pause(length);
		window.gc();
	}

	/** Frames while the strip goes on by so many pixels each time. */
	async function scroll(frames, step) {
		const strip = find(".strip");
		strip.scrollLeft = 0;
		await rest();
		const times = [];
		let options = 0;
		let before = await lab.frame();
		for (let count = 1; count <= frames; count++) {
			strip.scrollLeft = Math.round(count * step(strip));
			const now = await lab.frame();
			times.push(now - before);
			before = now;
			options = Math.max(options, strip.querySelectorAll("[role=option]").length);
		}
		return { times, options };
	}

	function watchUrls() {
		const { createObjectURL, revokeObjectURL } = URL;
		URL.createObjectURL = (blob) => {
			const url = createObjectURL.call(URL, blob);
			held.set(url, blob.size);
			return url;
		};
		URL.revokeObjectURL = (url) => {
			held.delete(url);
			revokeObjectURL.call(URL, url);
		};
	}

	/** Twice, and a while later: what the last messages held goes with the second collection, and not at once. */
	async function memory() {
		for (let times = 0; times < 2; times++) await rest(settles);
		await lab.pause(settles);
		const urls = [...held.values()].reduce((sum, size) => sum + size, 0);
		return { heap: performance.memory.usedJSHeapSize, urls };
	}

	/** Goes from picture to picture by a key, each time until the original is there. */
	async function look(count) {
		for (let number = 0; number < count; number++) {
			const before = find(".original").src;
			const bubbles = true;
			const option = find(".strip [tabindex='0']");
			option.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles }));
			await lab.painted(() => {
				const original = find(".stage .loaded .original");
				return original && original.src !== before && lab.isWhole(original);
			});
		}
	}

	const opened = await openInTurn();
	watchUrls();
	await open(Object.values(cells).at(-1));
	const far = await scroll(flung, (strip) => (strip.scrollWidth - strip.clientWidth) / flung);
	const near = await scroll(slow, () => SLOW);
	await scroll(1, () => 0);
	find(".strip [role=option]").click(); // the one that the stage shows already
	await look(looked / 10);
	const first = await memory();
	await look(looked - looked / 10);
	return { opened, far, near, first, last: await memory() };
};
