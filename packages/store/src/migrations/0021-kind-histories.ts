/** How the bounds of each kind of request narrowed, beside those of the criteria. */
export const kindHistories = `
ALTER TABLE understudy.criteria_histories ADD COLUMN kinds json NOT NULL DEFAULT '[]';
`;
