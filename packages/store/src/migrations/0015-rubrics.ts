/** How a judge graded the two answers by the operator's rubrics, and what that is worth: as in `figures`, and by the same rules. */
export const rubrics = `
ALTER TABLE understudy.reviews
  ADD COLUMN rubrics json,
  ADD COLUMN rubric_set text COLLATE "C",
  ADD COLUMN rubric_high smallint,
  ADD COLUMN rubric_low smallint,
  ADD COLUMN rubric_told boolean;
`;
