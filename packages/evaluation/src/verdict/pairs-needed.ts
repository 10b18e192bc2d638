/** An estimate that looks further ahead says nothing that anyone could wait for. */
const FURTHEST = 1_000_000;

/**
 * Further pairs until `decidedAt` holds, when all goes on as in the `pairs` so far: growth 2 is as much again. Null beyond
 * a million.
 */
export function pairsNeeded(pairs: number, decidedAt: (growth: number) => boolean): number | null {
  if (pairs === 0) return null;
  if (decidedAt(1)) return 0;
  let enough = 2;
  while (!decidedAt(enough)) {
    if (pairs * enough > FURTHEST) return null;
    enough *= 2;
  }
  let tooLittle = enough / 2;
  while ((enough - tooLittle) * pairs > 1) {
    const middle = (enough + tooLittle) / 2;
    if (decidedAt(middle)) enough = middle;
    else tooLittle = middle;
  }
  return Math.ceil((enough - 1) * pairs);
}
