/**
 * What the operator's own checks say: with the pair, check by check, and in its figures, what that is worth. `own_set` is the
 * set of checks: under another one the results are not bet on. Pairs of before have none.
 */
export const ownChecks = `
ALTER TABLE understudy.pairs ADD COLUMN own_checks json;
ALTER TABLE understudy.figures
  ADD COLUMN own_set text COLLATE "C",
  ADD COLUMN own_high smallint,
  ADD COLUMN own_low smallint,
  ADD COLUMN own_told boolean;
`;
