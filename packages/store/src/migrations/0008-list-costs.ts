/** What each call would have cost had its provider read nothing from a cache, for sums and ratios over an experiment. */
export const listCosts = `
ALTER TABLE understudy.figures
  ADD COLUMN primary_list_cost_usd double precision,
  ADD COLUMN silent_list_cost_usd double precision;
`;
