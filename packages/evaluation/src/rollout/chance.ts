import { logOfMixture, logsAgainst, mirrored, type ValueCount } from "../statistics/e-process.ts";
import { countsOf, meanOf, type Shape } from "../units/shapes.ts";
import { halved } from "../verdict/bounds.ts";
import { ALPHA } from "../verdict/verdict.ts";
import { CHANCE_MONEYS } from "./chance-moneys.ts";
import type { Chance } from "./wager.ts";

/**
 * How often answers differ by chance, by the control of what the old primary answers. Whoever got which answer was drawn, so
 * it is the same for what the candidate answers; `most` holds at any time at `alpha`. Nothing known: all may be chance. Its bounds
 * are computed where they are asked for.
 */
export function chanceIn(shapes: readonly Shape[], alpha: number, bet: "together" | "apart"): Chance {
  const counts = countsOf(
    shapes.map((shape) => ({ ...shape, sum: shape.control, control: 0 })),
    "likeness",
  );
  const expected = meanOf(counts);
  if (expected === null) return { expected: 1, most: 1, least: 0, control: null };
  const bounds: { most?: number; least?: number } = {};
  return {
    expected,
    control: bet === "together" ? counts : null,
    get most() {
      return (bounds.most ??= most(counts, expected, { max: 1, alpha }));
    },
    get least() {
      return (bounds.least ??= -most(mirrored(counts), -expected, { max: 0, alpha: ALPHA }));
    },
  };
}

function most(
  counts: readonly ValueCount[],
  mean: number,
  { max, alpha }: { readonly max: number; readonly alpha: number },
): number {
  const enough = Math.log(1 / alpha);
  return halved(
    { low: mean, high: max },
    (against) => logOfMixture(logsAgainst(against, counts, max), CHANCE_MONEYS) >= enough,
  );
}
