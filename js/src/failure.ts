/** The whole of what a failure says, and what the model wrote instead of a picture: fetched when it is unfolded. */

import { h, icon, on } from "./element.ts";
import { t } from "./language.ts";
import type { View } from "./studio.ts";

export function fold(view: View, generation: string): HTMLElement {
	const element = h("details", { class: "failure" }, h("summary", {}, icon("chevron"), t("Read it all")));
	const fill = () => view.open((dialogs) => dialogs.wholeFailure(view, element, generation));
	on(element, "toggle", fill, { once: true });
	return element;
}
