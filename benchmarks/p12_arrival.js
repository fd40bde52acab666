/** Presses Generate, and has a bare widget send the same thumbnail, in turn: when each picture has been painted. */

async (lab, { cell, rounds }) => {
	const find = (selector) => document.querySelector(`.jp-Notebook .nbimagegen ${selector}`);
	const byTheClock = (at) => (performance.timeOrigin + at) / 1000;

	async function ours() {
		const before = find(".strip [role=option]")?.dataset.id;
		find(".bar .primary").click();
		const at = await lab.painted(() => {
			const first = find(".strip [role=option]");
			return first && first.dataset.id !== before && lab.isWhole(first.querySelector("img"));
		});
		return byTheClock(at);
	}

	async function bare() {
		const { image } = window.bare;
		await lab.run("bare.show()");
		const at = await lab.painted(() => window.bare.image !== image && lab.isWhole(window.bare.image));
		return byTheClock(at) - window.bare.sent;
	}

	lab.show(cell);
	await lab.painted(() => find(".welcome") && window.bare);
	const told = { ours: [], bare: [] };
	for (let round = 0; round <= rounds; round++) {
		told.ours.push(await ours());
		await lab.pause(1200); // what comes after: the original, the contact sheet
		told.bare.push(await bare());
		await lab.pause(300);
	}
	return told;
};
