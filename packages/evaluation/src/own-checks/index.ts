export { type CheckedAnswer, checkedAnswer } from "./checked-answer.ts";
export { passes, type PureCheck } from "./holds.ts";
export type { CheckedAs } from "./outcome.ts";
