/** Every key of the studio, as the sheet tells it; the tests press them all. */

import { t } from "./language.ts";

/** Keys as they are called on a keyboard, "Ctrl+Z"; several that do alike stand side by side. */
export type Shortcut = [keys: string[], does: string];

export interface Group {
	where: string;
	/** The dialog in which they work, by its class. */
	of?: string;
	shortcuts: Shortcut[];
}

export function groups(): Group[] {
	return [
		{ where: t("Prompt"), shortcuts: writing() },
		{ where: t("Pictures: strip, grid and stage"), shortcuts: [...choosing(), ...using(), ...marking()] },
		{ where: t("References"), shortcuts: arranging() },
		{ where: t("One picture over the page"), of: "viewer", shortcuts: [...looking(), ...zooming()] },
		{ where: t("Comparison"), of: "compare", shortcuts: comparing() },
		{ where: t("Mask"), of: "painter", shortcuts: painting() },
		{ where: t("Anywhere but in a text"), shortcuts: [[["?"], t("This sheet")]] },
	];
}

function writing(): Shortcut[] {
	return [
		[["Ctrl+Enter"], t("Generate")],
		[["↑", "↓"], t("Earlier prompts, from the beginning or the end of the text")],
		[["Ctrl+↑"], t("List of earlier prompts")],
	];
}

function choosing(): Shortcut[] {
	return [
		[["←", "→", "Home", "End", "PageUp", "PageDown"], t("Go to another picture")],
		[["↑", "↓"], t("Go a row up or down (grid)")],
		[["Shift+→", "Shift+←"], t("Select on the way")],
		[["Ctrl+→", "Ctrl+←"], t("Go on without selecting")],
		[["Space"], t("Select this one alone")],
		[["Ctrl+Space"], t("Add it, or leave it out")],
		[["Ctrl+A"], t("Select all that are listed")],
		[["Escape"], t("Select none")],
		[["G"], t("Strip or grid")],
	];
}

function using(): Shortcut[] {
	return [
		[["Enter"], t("Look closely")],
		[["C"], t("Compare the selected ones")],
		[["E"], t("Edit")],
		[["Shift+V"], t("Vary")],
		[["Shift+A"], t("Make it again")],
		[["R"], t("Use as reference")],
		[["P"], t("Use this prompt")],
		[["M"], t("All that can be done with it")],
	];
}

function marking(): Shortcut[] {
	return [
		[["S"], t("Star, or take the star away")],
		[["1", "2", "3", "4", "5"], t("Rate")],
		[["0"], t("Take the rating away")],
		[["T"], t("Tags")],
		[["Delete", "Backspace"], t("Into the trash")],
		[["Ctrl+Z"], t("Take back the last star, rating or deletion")],
	];
}

function arranging(): Shortcut[] {
	return [
		[["Alt+←", "Alt+→"], t("Move a reference")],
		[["Delete"], t("Take it out")],
	];
}

function looking(): Shortcut[] {
	return [
		[["←", "→", "Home", "End"], t("Go to another picture")],
		[["F"], t("Full screen")],
		[["I"], t("About the picture")],
		[["Ctrl+C"], t("Copy the picture")],
		[["Escape"], t("Close")],
	];
}

function zooming(): Shortcut[] {
	return [
		[["+", "-"], t("Zoom")],
		[["Z"], t("The whole picture, or one pixel a pixel")],
	];
}

function comparing(): Shortcut[] {
	return [
		[["S"], t("Slider")],
		[["B"], t("Side by side")],
		[["F"], t("Flicker")],
		[["P"], t("Pause the flicker, or go on")],
		[["H"], t("See the other one, as long as it is held")],
		[["D"], t("Difference")],
		[["1", "2", "3", "4"], t("Choose one")],
		[["Enter"], t("Pick the chosen one")],
	];
}

function painting(): Shortcut[] {
	return [
		[["B"], t("Brush")],
		[["E"], t("Eraser")],
		[["R"], t("Rectangle")],
		[["L"], t("Lasso")],
		[["[", "]"], t("Smaller or larger brush")],
		[["I"], t("Invert")],
		[["A"], t("All of it")],
		[["X"], t("Clear")],
		[["Ctrl+Z", "Ctrl+Shift+Z"], t("Undo and redo")],
		[["←", "→", "↑", "↓"], t("Move the brush without a mouse, with Shift farther")],
		[["Space"], t("Press the brush, and lift it")],
		...zooming(),
		[["Enter"], t("Done")],
	];
}
