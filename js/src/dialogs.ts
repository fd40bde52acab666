/**
 * The second part of the front end: what stands over the whole page. The studio fetches it from the kernel when
 * one of these is first asked for, and hands it the view.
 */

export { banding } from "./band.ts";
export { openCompare } from "./compare.ts";
export { dropZones } from "./drop-zones.ts";
export { walk } from "./earlier.ts";
export { extraBox } from "./extra-box.ts";
export { filling } from "./filling.ts";
export { openFilters } from "./filters.ts";
export { finderFields } from "./finder-fields.ts";
export { openGuide } from "./guide.ts";
export { keyForm } from "./key-form.ts";
export { speak } from "./language.ts";
export { openPainter } from "./painter.ts";
export { openPictureMenu } from "./picture-menu.ts";
export { openPrompts } from "./prompts.ts";
export { saver } from "./saving.ts";
export { readSettings } from "./settings-file.ts";
export { severalBar } from "./several-bar.ts";
export { openSheet } from "./sheet.ts";
export { openTags } from "./tagger.ts";
export { trayOf } from "./tray.ts";
export { openViewer } from "./viewer.ts";
export { wholeFailure } from "./whole-failure.ts";
