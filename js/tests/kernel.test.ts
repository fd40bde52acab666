/** The line to the kernel: bytes in whatever form a host gives them, and whether anybody is there. */

import { expect, it } from "vitest";
import { Kernel } from "../src/kernel.ts";
import { FakeModel } from "./fake.ts";

const whole = new Uint8Array([9, 1, 2, 3, 9]).buffer;
const FORMS = {
	"JupyterLab's DataView": new DataView(whole, 1, 3),
	"Colab's Uint8Array": new Uint8Array(whole, 1, 3),
	"a bare ArrayBuffer": whole.slice(1, 4),
};

it.each(Object.entries(FORMS))("hands %s on as a DataView of the same bytes", (_, given) => {
	const model = new FakeModel();
	const kernel = new Kernel(model.asModel(), () => {});
	const heard: DataView[] = [];
	kernel.on("original", (_reply, bytes) => bytes && heard.push(bytes));
	model.emit("msg:custom", { kind: "original", id: "p1", type: "image/png" }, [given]);
	expect(heard).toHaveLength(1);
	expect([0, 1, 2].map((at) => heard[0]?.getUint8(at))).toEqual([1, 2, 3]);
	expect(heard[0]?.byteLength).toBe(3);
});

it("asks whether anybody is there when a host says that the line is another, and tells where nobody is", () => {
	const model = new FakeModel();
	const kernel = new Kernel(model.asModel(), () => {});
	model.emit("comm_live_update");
	expect([kernel.gone, model.of("hello").length]).toEqual([false, 1]);
	model.hears = () => {
		throw new Error("Cannot send");
	};
	model.emit("comm_live_update");
	expect(kernel.gone).toBe(true);
});
