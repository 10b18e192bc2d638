/**
 * What a row `f` of figures is one of: its conversation, or those that begin alike, which differ in what stands behind the `@`. A pair
 * of which no conversation is known stands for itself.
 */
export const PROMPT = "coalesce(split_part(f.conversation, '@', 1), f.pair_id)";

/** Pairs `p` of the same prompt as the pair of this id, a place of the query. Ranges, so that an index answers. */
export function alikeCondition(id: string): string {
  return `p.id IN (
    SELECT f.pair_id FROM (
      SELECT f.experiment, ${PROMPT} AS prompt FROM understudy.figures f WHERE f.pair_id = ${id}
    ) one JOIN understudy.figures f ON f.experiment = one.experiment AND f.admitted_at IS NOT NULL
      AND (f.conversation = one.prompt OR (f.conversation > one.prompt || '@' AND f.conversation < one.prompt || 'A'))
    UNION ALL SELECT ${id})`;
}
