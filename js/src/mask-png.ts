/**
 * Masks as PNG files, exact to the pixel: a canvas may manage colours, or blur what it gives back to tell no
 * browser from another. Grey of 1 bit and not interlaced, in both directions.
 */

import type { Mask } from "./mask.ts";
import type { Size } from "./placement.ts";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const IDAT = 0x49444154;
/** Of a header: bits a pixel, grey, and the only way to compress, to filter and to order rows. */
const KIND = [1, 0, 0, 0, 0];

export async function writeMask(mask: Mask): Promise<Blob> {
	const header = [...number(mask.width), ...number(mask.height), ...KIND];
	const pixels = await through([packed(mask)], new CompressionStream("deflate"));
	const parts = [
		Uint8Array.from(SIGNATURE),
		...chunk("IHDR", Uint8Array.from(header)),
		...chunk("IDAT", pixels),
		...chunk("IEND", new Uint8Array(0)),
	];
	return new Blob(parts, { type: "image/png" });
}

/** One byte a pixel, 1 where it is white; undefined where it is no such file, or of another size. */
export async function readMask(file: DataView, size: Size): Promise<Uint8Array | undefined> {
	const isMask =
		file.byteLength > 33 &&
		SIGNATURE.every((byte, at) => file.getUint8(at) === byte) &&
		KIND.every((byte, at) => file.getUint8(24 + at) === byte);
	if (!isMask || file.getUint32(16) !== size.width || file.getUint32(20) !== size.height) return undefined;
	return unpacked(await through(pixelData(file), new DecompressionStream("deflate")), size);
}

/** Each row behind a byte that says how it was filtered: not at all. */
function packed({ width, height, pixels }: Mask): Uint8Array<ArrayBuffer> {
	const stride = 1 + Math.ceil(width / 8);
	const rows = new Uint8Array(stride * height);
	for (let y = 0, at = 0; y < height; y++) {
		for (let x = 0; x < width; x++, at++) {
			const byte = y * stride + 1 + (x >> 3);
			if (pixels[at]) rows[byte] = (rows[byte] ?? 0) | (128 >> (x & 7));
		}
	}
	return rows;
}

function unpacked(rows: Uint8Array, { width, height }: Size): Uint8Array {
	const stride = 1 + Math.ceil(width / 8);
	const pixels = new Uint8Array(width * height);
	for (let y = 0, at = 0; y < height; y++) {
		const row = y * stride;
		unfilter(rows, row, stride);
		for (let x = 0; x < width; x++, at++) {
			pixels[at] = ((rows[row + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
		}
	}
	return pixels;
}

/** PNG (third edition), 9.2: each byte is told as what it differs from a guess by those around it. */
function unfilter(rows: Uint8Array, row: number, stride: number): void {
	const guess = GUESSES[rows[row] ?? 0] ?? (() => 0);
	for (let at = row + 1; at < row + stride; at++) {
		const isFirst = at === row + 1;
		const left = isFirst ? 0 : (rows[at - 1] ?? 0);
		const corner = isFirst ? 0 : (rows[at - 1 - stride] ?? 0);
		rows[at] = (rows[at] ?? 0) + guess(left, rows[at - stride] ?? 0, corner);
	}
}

/** By what is left, above, and left of above. */
const GUESSES: ((left: number, above: number, corner: number) => number)[] = [
	() => 0,
	(left) => left,
	(_, above) => above,
	(left, above) => (left + above) >> 1,
	(left, above, corner) => {
		const away = (other: number) => Math.abs(left + above - corner - other);
		if (away(left) <= away(above) && away(left) <= away(corner)) return left;
		return away(above) <= away(corner) ? above : corner;
	},
];

/** What all IDAT chunks hold, in their order. */
function pixelData(file: DataView): BlobPart[] {
	const found: BlobPart[] = [];
	for (let at = 8; at + 12 <= file.byteLength; at += file.getUint32(at) + 12) {
		const length = Math.min(file.getUint32(at), file.byteLength - at - 12);
		if (file.getUint32(at + 4) === IDAT) found.push(part(file, at + 8, length));
	}
	return found;
}

/** A host may hand out a slice of a larger message. */
function part({ buffer, byteOffset }: DataView, at: number, length: number): BlobPart {
	return new Uint8Array(buffer as ArrayBuffer, byteOffset + at, length);
}

function chunk(name: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
	const named = Uint8Array.from([...name].map((letter) => letter.charCodeAt(0)));
	return [number(data.length), named, data, number(checkSum(named, data))];
}

function checkSum(...parts: Uint8Array[]): number {
	let crc = -1;
	for (const part of parts) {
		for (const byte of part) {
			crc ^= byte;
			for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
		}
	}
	return ~crc;
}

function number(value: number): Uint8Array<ArrayBuffer> {
	const view = new DataView(new ArrayBuffer(4));
	view.setUint32(0, value);
	return new Uint8Array(view.buffer);
}

async function through(
	parts: BlobPart[],
	change: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await new Response(new Blob(parts).stream().pipeThrough(change)).arrayBuffer());
}
