export { comparePair } from "./compare-pair.ts";
export type { Comparison, NotComparable } from "./comparison.ts";
