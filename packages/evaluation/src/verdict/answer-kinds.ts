import type { AnswerKind } from "../compare/figures.ts";
import { pairMeanOf, type Shape } from "../units/shapes.ts";
import { LIKENESS_KINDS } from "../units/turn.ts";
import { SMALLEST_SHARE } from "./kinds.ts";

export interface KindShare {
  readonly kind: string;
  /** Of the pairs that likeness is measured on. */
  readonly share: number;
}

/** Kinds of answer in which likeness may tell, of those that are not too rare to be judged. */
export function kindShares(shapes: readonly Shape[]): readonly KindShare[] {
  const all = pairMeanOf(shapes, "likeness").pairs;
  return LIKENESS_KINDS.map((kind) => ({
    kind,
    share: all === 0 ? 0 : pairMeanOf(shapes, "likeness", kind).pairs / all,
  })).filter(({ share }) => share >= SMALLEST_SHARE);
}

/** Share of the pairs, of those that likeness is measured on, whose vectors are too few to be ranked. */
export function unrankedShare(shapes: readonly Shape[]): number {
  const all = pairMeanOf(shapes, "likeness").pairs;
  return all === 0 ? 0 : pairMeanOf(shapes, "likeness", "unranked_embeddings" satisfies AnswerKind).pairs / all;
}
