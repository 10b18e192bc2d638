import { logWealthAgainst, type ValueCount } from "../statistics/e-process.ts";

/** The smallest n at which n times `law` (values and their chances, adding up to 1) passes; null beyond `longest`. */
export function smallestPassing(
  law: readonly ValueCount[],
  { margin, alpha, max = 1, longest }: PassingQuestion,
): number | null {
  const enough = Math.log(1 / alpha);
  const passes = (n: number): boolean => {
    const counts = law.map(({ value, count }) => ({ value, count: count * n }));
    return logWealthAgainst(margin, counts, max) >= enough;
  };
  if (!passes(longest)) return null;
  let [no, yes] = [0, longest];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (passes(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

export interface PassingQuestion {
  readonly margin: number;
  readonly alpha: number;
  /** The largest value there can be. */
  readonly max?: number;
  readonly longest: number;
}
