import type { VectorsAsked } from "@understudy/apis";
import type { VectorDigest } from "@understudy/contracts";
import type { Agreement } from "../agreement.ts";
import type { BothSides, Finding, VectorFigures } from "../figures.ts";
import { rankCorrelation } from "./rank-correlation.ts";
import { sameNearest, type Similarities, similaritiesOf } from "./similarities.ts";

/** Fewer inputs have too few pairs: of three, two models that have nothing in common rank one request in six alike. */
const FEWEST_TO_AGREE = 5;
/** So alike must the rankings be. */
const LEAST_CORRELATION = 0.95;
const LEAST_SAME_NEAREST = 0.9;

interface Digests {
  readonly primary: VectorDigest;
  readonly silent: VectorDigest;
}

export interface ComparedVectors {
  readonly figures: VectorFigures;
  readonly agreement: Agreement;
  /** Whether inputs beyond the first ones were left out. */
  readonly leftOut: boolean;
}

/**
 * Two models' vectors for the same inputs. Their numbers have nothing to do with each other, and neither does how near two
 * inputs lie; which inputs lie nearer than others is what a search goes by, and can be compared. `asked` is null where the
 * request is not known: then the primary's answer says how many inputs there were.
 */
export function compareVectors({ primary, silent }: Digests, asked: VectorsAsked | null): ComparedVectors {
  const inputs = asked?.inputs ?? primary.count;
  const both = (holds: (digest: VectorDigest) => boolean): BothSides => ({
    primary: holds(primary),
    silent: holds(silent),
  });
  const whole = both(({ count }) => count === inputs);
  const readable = asked?.floats ?? true;
  const [here, there] = readable ? [similaritiesOf(primary), similaritiesOf(silent)] : [null, null];
  const figures = {
    vectors_whole: whole,
    dimensions_match: matching(primary.dimensions, silent.dimensions),
    dimensions_kept:
      typeof asked?.dimensions === "number" ? both(({ dimensions }) => dimensions === asked.dimensions) : null,
    ...rankingOf(here, there),
  };
  return {
    figures,
    agreement: agreementOf(figures, whole.primary && ranks(here)),
    leftOut: here !== null && here.inputs < primary.count,
  };
}

type Ranking = Pick<VectorFigures, "rank_correlation" | "same_nearest" | "inputs_ranked">;

function rankingOf(here: Similarities | null, there: Similarities | null): Ranking {
  if (here === null || there === null || here.inputs !== there.inputs)
    return { rank_correlation: null, same_nearest: null, inputs_ranked: null };
  return {
    rank_correlation: rankCorrelation(here.values, there.values),
    same_nearest: sameNearest(here, there),
    inputs_ranked: here.inputs,
  };
}

function matching(primary: number | null, silent: number | null): boolean | null {
  return primary === null || silent === null ? null : primary === silent;
}

/** Whether there is a ranking to agree with: enough inputs, and not all equally near to each other. */
function ranks(similarities: Similarities | null): boolean {
  if (similarities === null || similarities.inputs < FEWEST_TO_AGREE) return false;
  return similarities.values.some((value) => value !== similarities.values[0]);
}

/** `ranked`: by the request and the primary's answer alone. */
function agreementOf(figures: VectorFigures, ranked: boolean): Agreement {
  const { agrees, reason } = found(figures, ranked);
  return {
    kind: ranked ? "embeddings" : "unranked_embeddings",
    agrees,
    agreement_rule: agrees === null ? null : "similarity_ranks",
    reason,
    likeness: agrees === null ? "unclear" : agrees ? "same" : "different",
  };
}

function found({ vectors_whole, rank_correlation, same_nearest }: VectorFigures, ranked: boolean): Finding {
  if (vectors_whole?.primary === true && !vectors_whole.silent) return { agrees: false, reason: "missing_vectors" };
  if (!ranked) return { agrees: null, reason: "nothing_to_rank" };
  // Where only the silent model's cannot be ranked, they are all the same to it.
  if (rank_correlation === null || rank_correlation < LEAST_CORRELATION)
    return { agrees: false, reason: "other_ranks" };
  if (same_nearest === null || same_nearest < LEAST_SAME_NEAREST) return { agrees: false, reason: "other_nearest" };
  return { agrees: true, reason: "same_ranks" };
}
