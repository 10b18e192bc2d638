/**
 * Whose key a mirrored request came with, for an account of each. What was skipped or dropped is counted beside the ledger, which tells it
 * by kind of request: both in one key would be a row for every combination.
 */
export const callers = `
ALTER TABLE understudy.pairs ADD COLUMN key_alias text COLLATE "C", ADD COLUMN team text COLLATE "C";
CREATE INDEX pairs_of_callers ON understudy.pairs (experiment, key_alias, team, outcome, reason)
  WHERE key_alias IS NOT NULL OR team IS NOT NULL;
ALTER TABLE understudy.admissions ADD COLUMN key_alias text COLLATE "C", ADD COLUMN team text COLLATE "C";

CREATE TABLE understudy.ledger_of_callers (
  experiment text COLLATE "C" NOT NULL REFERENCES understudy.experiments (id),
  kind       text COLLATE "C" NOT NULL,
  reason     text COLLATE "C" NOT NULL,
  key_alias  text COLLATE "C" NOT NULL,
  team       text COLLATE "C" NOT NULL,
  count      bigint NOT NULL,
  PRIMARY KEY (experiment, kind, reason, key_alias, team)
);
`;
