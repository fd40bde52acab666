/** Numbers and sizes as people read them. What comes from the kernel may be anything; nothing here throws. */

import { t } from "./language.ts";

export function elapsed(seconds: number): string {
	const whole = Math.max(0, Math.floor(seconds));
	if (whole < 60) return t("{n} s", { n: whole });
	return t("{time} min", { time: `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}` });
}

export function duration(seconds: number): string {
	return seconds < 60 ? t("{n} s", { n: seconds.toFixed(seconds < 10 ? 1 : 0) }) : elapsed(seconds);
}

export function fileSize(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** "1024x1024" with a true multiplication sign. */
export function size(text: string): string {
	return text.replace(/(\d)\s*[x*]\s*(\d)/gi, "$1×$2");
}

export function short(text: string, most: number): string {
	const line = text.replace(/\s+/g, " ").trim();
	return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

export function dollars(usd: number): string {
	return `$${usd.toFixed(usd !== 0 && Math.abs(usd) < 0.095 ? 3 : 2)}`;
}
