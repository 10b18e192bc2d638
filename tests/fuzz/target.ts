import type { Arbitrary } from "fast-check";

/** One thing that is fuzzed: where its inputs come from, and what must hold of each. */
export interface Target {
  /** `failures: error bodies`: the subject, and what of it. */
  readonly name: string;
  readonly inputs: Arbitrary<unknown>;
  /** Throws, or rejects, where something does not hold. Takes what `inputs` gives. */
  readonly check: (input: never) => void | Promise<void>;
  /** Inputs that it gets in `npm test`. */
  readonly runs: number;
  /** A known fault that is being mended: what it fails with is told, and fails no run. */
  readonly pending?: string;
}

/** Gives `check` the type of what `inputs` gives. */
export function target<Input>(
  of: Omit<Target, "inputs" | "check"> & {
    readonly inputs: Arbitrary<Input>;
    readonly check: (input: Input) => void | Promise<void>;
  },
): Target {
  return of;
}
