/** Picture bytes → an address that an `img` can show, and away again. */

/** A blob of any other type, opened in a tab of its own, would be a page of this origin. */
const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/** The view of the bytes goes in as it is: a host may hand out a slice of a larger message. */
export function objectUrl(bytes: DataView, type: string): string {
	const known = TYPES.includes(type) ? type : "application/octet-stream";
	return URL.createObjectURL(new Blob([bytes as BlobPart], { type: known }));
}

export function revoke(url: string | undefined): void {
	if (url) URL.revokeObjectURL(url);
}
