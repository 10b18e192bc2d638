export type { Control } from "./control.ts";
export { type ControlView, routes, viewOf, whyNotMirrored } from "./view.ts";
