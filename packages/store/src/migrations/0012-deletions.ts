/**
 * Whose pairs are whose, as salted hashes, and what was asked to be deleted: a deletion is remembered while jobs of before
 * it may still come, so that they lose their texts as well.
 */
export const deletions = `
CREATE TABLE understudy.deletion_salt (salt text NOT NULL);
INSERT INTO understudy.deletion_salt SELECT gen_random_uuid()::text;

CREATE TABLE understudy.pair_subjects (
  hash    text COLLATE "C" NOT NULL,
  pair_id text COLLATE "C" NOT NULL REFERENCES understudy.pairs (id) ON DELETE CASCADE,
  PRIMARY KEY (hash, pair_id)
);
CREATE INDEX pair_subjects_of_pair ON understudy.pair_subjects (pair_id);

CREATE TABLE understudy.deletions (
  id           text COLLATE "C" PRIMARY KEY,
  kind         text NOT NULL,
  value        text COLLATE "C" NOT NULL,
  requested_at bigint NOT NULL,
  open_until   bigint NOT NULL,
  receipt      json
);
CREATE INDEX deletions_open ON understudy.deletions (open_until);
`;
