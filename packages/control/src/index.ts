export type { Control } from "./control.ts";
export { derivedFrom } from "./derived.ts";
export { type FollowedControl, handedControl, type HandedControl } from "./handed-control.ts";
export { isFed, silentModelsIn } from "./silent-models.ts";
export { candidateAnswers, type Sticky, stickyKeyOf } from "./sides.ts";
export { type ControlView, isOverdue, routes, viewOf, whyNotMirrored } from "./view.ts";
export { followControl, type FollowDeps } from "./follow-control.ts";
