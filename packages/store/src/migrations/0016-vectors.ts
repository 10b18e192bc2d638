/** How alike the two models' vectors rank, and of how many inputs the nearest neighbour is the same. */
export const vectors = `
ALTER TABLE understudy.figures
  ADD COLUMN rank_correlation real,
  ADD COLUMN same_nearest real;
`;
