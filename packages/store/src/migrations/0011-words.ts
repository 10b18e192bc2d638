/**
 * What providers said of failures may quote a request, and paths of JSON answers are made of their words: both stand with
 * the texts, and go with them.
 */
export const words = `
ALTER TABLE understudy.pair_texts ADD COLUMN words json;
`;
