/** The first number of marks is full. Of rows from before nothing is known that stands in the second. */
export const moreMarks = `
ALTER TABLE understudy.figures ADD COLUMN more_marks bigint NOT NULL DEFAULT 0;
`;
