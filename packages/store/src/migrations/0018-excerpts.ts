/**
 * What lists show of a pair stands with its texts, and goes with them. What people say of pairs that nobody asked them about is a note:
 * no criterion reads it.
 */
export const excerpts = `
ALTER TABLE understudy.pair_texts ADD COLUMN excerpt json;
CREATE TABLE understudy.pair_notes (
  id         text COLLATE "C" PRIMARY KEY,
  pair_id    text COLLATE "C" NOT NULL REFERENCES understudy.pairs (id) ON DELETE CASCADE,
  choice     text COLLATE "C" NOT NULL,
  reviewer   text,
  noted_at   bigint NOT NULL
);
CREATE INDEX pair_notes_of_pair ON understudy.pair_notes (pair_id, noted_at);
`;
