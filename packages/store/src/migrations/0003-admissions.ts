/**
 * Mirrors that were admitted and have no outcome yet, one row each: with counts alone a lost mirror could not be told from
 * one that is still on its way. A batch of the ledger is written once, however often its writing is tried.
 */
export const admissions = `
CREATE TABLE understudy.admissions (
  pair_id     text COLLATE "C" PRIMARY KEY,
  experiment  text COLLATE "C" NOT NULL REFERENCES understudy.experiments (id),
  admitted_at bigint NOT NULL,
  expires_at  bigint NOT NULL,
  lost_at     bigint
);
CREATE INDEX admissions_overdue ON understudy.admissions (expires_at, pair_id) WHERE lost_at IS NULL;
CREATE INDEX admissions_of_experiment ON understudy.admissions (experiment);

CREATE TABLE understudy.ledger_batches (
  id         text COLLATE "C" PRIMARY KEY,
  written_at bigint NOT NULL
);
CREATE INDEX ledger_batches_written ON understudy.ledger_batches (written_at);
`;
