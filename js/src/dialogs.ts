/**
 * The second part of the front end: what stands over the whole page. The studio fetches it from the kernel when
 * one of these is first asked for, and hands it the view.
 */

export { speak } from "./language.ts";
