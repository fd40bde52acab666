// @vitest-environment node
/** The painter's line to the kernel: what is painted gets there, and what others set gets here. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Clicks } from "../src/clicks.ts";
import { Kernel } from "../src/kernel.ts";
import { emptyMask } from "../src/mask.ts";
import { MaskLine } from "../src/mask-line.ts";
import { Painting } from "../src/mask-painting.ts";
import { readMask, writeMask } from "../src/mask-png.ts";
import { box } from "../src/mask-shapes.ts";
import type { Traits } from "../src/protocol.ts";
import type { View } from "../src/studio.ts";
import { FakeModel } from "./fake.ts";

const SIZE = { width: 30, height: 20 };

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
	vi.useRealTimers();
});

function opened(traits: Partial<Traits> = {}) {
	const model = new FakeModel({ source: "p1", ...traits });
	const undos: (() => unknown)[] = [];
	const keep = (undo: () => unknown) => {
		undos.push(undo);
		return () => undos.splice(undos.indexOf(undo), 1);
	};
	const kernel = new Kernel(model.asModel(), keep);
	const watch = (_: "_mask", show: (mask: Traits["_mask"]) => void) => {
		model.on("change:_mask", () => show(model.state._mask));
		show(model.state._mask);
	};
	const draft = { get: () => model.state.source };
	const view = { clicks: new Clicks(kernel, keep), kernel, draft, watch, keep } as unknown as View;
	const painting = new Painting(SIZE);
	const tell = vi.fn();
	const line = new MaskLine(view, { keep: (undo) => undo }, "p1", painting, tell);
	return { model, painting, line, tell };
}

type Opened = ReturnType<typeof opened>;

function paint({ painting }: Opened, right = 9): void {
	painting.draw(box({ x: 2, y: 3 }, { x: right, y: 8 }), true);
	painting.commit();
}

/** The kernel takes what was painted last, and says so. */
function take({ model }: Opened): void {
	const { click, source, upload } = model.of("paint").at(-1) as {
		click: string;
		source: string;
		upload: string;
	};
	model.reply({ kind: "acknowledged", click });
	model.set("_mask", { source, revision: upload });
}

async function sendsMask(
	{ model }: Opened,
	pixels: (row: number) => boolean,
	revision: string,
): Promise<void> {
	const mask = emptyMask(SIZE);
	for (let at = 0; at < mask.pixels.length; at++)
		mask.pixels[at] = Number(pixels(Math.floor(at / SIZE.width)));
	const bytes = new Uint8Array(await (await writeMask(mask)).arrayBuffer());
	model.reply({ kind: "mask", source: "p1", revision }, bytes);
	// As long as the painter takes to read it.
	await readMask(new DataView(bytes.buffer), SIZE);
}

describe("what is painted", () => {
	it("leaves a moment after the last stroke, once, to the pixel", async () => {
		const painter = opened();
		const { model, painting, line } = painter;
		paint(painter);
		vi.advanceTimersByTime(599);
		paint(painter, 20);
		vi.advanceTimersByTime(599);
		expect(model.of("paint")).toEqual([]);
		vi.advanceTimersByTime(1);
		await line.flush();
		expect(model.of("paint")).toMatchObject([{ source: "p1", part: 0, parts: 1 }]);
		expect(await readMask(new DataView(model.carried[0] as ArrayBuffer), SIZE)).toEqual(painting.mask.pixels);
	});

	it("leaves at once when the painter closes, and nothing that the kernel has leaves again", async () => {
		const painter = opened();
		paint(painter);
		await painter.line.flush();
		await painter.line.flush();
		vi.advanceTimersByTime(2000);
		expect(painter.model.of("paint")).toHaveLength(1);
	});

	it("does not wait for a kernel that is busy, and says that it is", async () => {
		const painter = opened();
		paint(painter);
		await painter.line.flush();
		paint(painter, 20);
		await painter.line.flush();
		expect(painter.model.of("paint")).toHaveLength(2);
		vi.advanceTimersByTime(1000);
		expect(painter.tell).toHaveBeenCalledWith("The kernel is busy; interrupt it to cancel.");
	});

	it("and refused is said to be", async () => {
		const painter = opened();
		paint(painter);
		await painter.line.flush();
		const { click } = painter.model.of("paint")[0] as { click: string };
		painter.model.reply({ kind: "refused", click, message: "No such picture." });
		await vi.waitFor(() => expect(painter.tell).toHaveBeenCalledWith("No such picture."));
	});

	it("and cleared again is no mask", async () => {
		const painter = opened();
		paint(painter);
		await painter.line.flush();
		take(painter);
		painter.painting.setAll(false);
		await painter.line.flush();
		expect(painter.model.of("unpaint")).toHaveLength(1);
		expect(painter.model.of("paint")).toHaveLength(1);
	});

	it("and cleared takes no other picture's mask away", async () => {
		const painter = opened({ source: "p2" });
		paint(painter);
		painter.painting.setAll(false);
		await painter.line.flush();
		expect(painter.model.of("unpaint")).toEqual([]);
	});

	it("is not asked for when the kernel has it", async () => {
		const painter = opened();
		paint(painter);
		await painter.line.flush();
		take(painter);
		vi.advanceTimersByTime(1);
		expect(painter.model.of("mask")).toEqual([]);
	});
});

describe("a mask that is there", () => {
	const THERE = { source: "p1", revision: "python-1", share: 0.5 };

	it("is asked for until it comes, and is gone on with", async () => {
		const painter = opened({ _mask: THERE });
		vi.advanceTimersByTime(7000);
		expect(painter.model.of("mask")).toHaveLength(2);
		await sendsMask(painter, (row) => row < 10, "python-1");
		await vi.waitFor(() => expect(painter.painting.mask.count).toBe(300));
		expect(painter.painting.canUndo).toBe(false);
		vi.advanceTimersByTime(7000);
		expect([painter.model.of("mask").length, painter.model.of("paint").length]).toEqual([2, 0]);
	});

	it("and belongs to another picture is not", () => {
		const { model } = opened({ _mask: { ...THERE, source: "p2" } });
		vi.advanceTimersByTime(1);
		expect(model.of("mask")).toEqual([]);
	});

	it("comes when Python sets it, and what was painted can be had back", async () => {
		const painter = opened();
		paint(painter);
		await painter.line.flush();
		take(painter);
		await vi.waitFor(() => expect(painter.tell).toHaveBeenCalledWith(""));
		painter.model.set("_mask", THERE);
		vi.advanceTimersByTime(1);
		expect(painter.model.of("mask")).toHaveLength(1);
		await sendsMask(painter, () => true, "python-1");
		await vi.waitFor(() => expect(painter.painting.mask.count).toBe(600));
		painter.painting.undo();
		expect(painter.painting.mask.count).toBe(48);
	});

	it("does not undo what was painted after it", async () => {
		const painter = opened({ _mask: THERE });
		vi.advanceTimersByTime(1);
		paint(painter);
		await sendsMask(painter, () => true, "python-1");
		await painter.line.flush();
		expect(painter.painting.mask.count).toBe(48);
	});

	it("goes when Python takes it away", async () => {
		const painter = opened({ _mask: THERE });
		vi.advanceTimersByTime(1);
		await sendsMask(painter, () => true, "python-1");
		await vi.waitFor(() => expect(painter.painting.mask.count).toBe(600));
		painter.model.set("_mask", {});
		expect(painter.painting.mask.count).toBe(0);
		vi.advanceTimersByTime(2000);
		expect(painter.model.of("unpaint")).toEqual([]);
	});

	it("and cannot be read is said to be", async () => {
		const painter = opened({ _mask: THERE });
		painter.model.reply({ kind: "mask", source: "p1", revision: "python-1" }, new Uint8Array(50));
		await vi.waitFor(() =>
			expect(painter.tell).toHaveBeenCalledWith("The mask that is there could not be read."),
		);
	});
});
