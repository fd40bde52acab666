/** Pictures that are dragged about within the studio, and where they are put down. */

/** Ids, one a line. */
export const DRAGGED = "application/x-nbimagegen";
/** What a request may carry, whatever the model. */
export const MOST_REFERENCES = 16;

/** The list with these at a place of it, as it is now; what was in it before is moved. */
export function placed(list: string[], ids: string[], at: number): string[] {
	const rest = list.filter((id) => !ids.includes(id));
	const start = Math.max(0, at);
	return [...rest.slice(0, start), ...ids, ...rest.slice(start)].slice(0, MOST_REFERENCES);
}
