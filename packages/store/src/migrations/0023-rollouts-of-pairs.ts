/** Of which rollout's candidate the primary's answer is: pairs that end late must not be counted by the next one's guards. */
export const rolloutsOfPairs = `
ALTER TABLE understudy.figures ADD COLUMN rollout text COLLATE "C";
`;
