/** What scripts that measure on a JupyterLab page have in common; `lab.py` puts it there. */

(() => {
	const PATIENCE = 1800; // frames
	const panel = () => window.jupyterapp.shell.currentWidget;

	/** Runs Python in the notebook's kernel, outside of any cell, and waits until it has. */
	async function run(code) {
		const { kernel } = panel().sessionContext.session;
		const { content } = await kernel.requestExecute({ code, store_history: false }).done;
		if (content.status !== "ok") throw new Error(`${content.ename}: ${content.evalue}`);
	}

	/** Makes a cell with this code the only one, and runs it; comes back at once. */
	function show(source) {
		const { content } = panel();
		const { sharedModel } = content.model;
		sharedModel.transact(() => {
			sharedModel.deleteCellRange(0, sharedModel.cells.length);
			sharedModel.insertCells(0, [{ cell_type: "code", source, metadata: {} }]);
		});
		content.activeCellIndex = 0;
		window.jupyterapp.commands.execute("notebook:run-cell");
	}

	const frame = () => new Promise(requestAnimationFrame);
	const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

	/** Looks at each frame whether something is there, and tells when it has been painted. */
	async function painted(find) {
		for (let frames = 0; frames < PATIENCE; frames++) {
			const found = find();
			await frame();
			if (found) return performance.now();
		}
		throw new Error(`nothing came of ${find}`);
	}

	/** What an image shows is there, and can be painted. */
	const isWhole = (image) => Boolean(image?.complete && image.naturalWidth && image.checkVisibility());

	/** Begins once the debugger has let go. */
	async function begin(script, given, path) {
		await pause(1000);
		let told;
		try {
			told = { value: await script(window.lab, given) };
		} catch (error) {
			told = { problem: String(error.stack ?? error) };
		}
		const [text, whole, half] = [JSON.stringify(told), path, `${path}.part`].map((each) =>
			JSON.stringify(each),
		);
		await run(`from pathlib import Path\nPath(${half}).write_text(${text})\nPath(${half}).rename(${whole})`);
	}

	window.lab = { run, show, frame, pause, painted, isWhole, begin };
})();
