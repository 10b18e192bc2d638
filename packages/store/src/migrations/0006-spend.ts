/**
 * What a day has cost one account, and what is set aside for calls under way: one row that every process changes under its
 * lock. `numeric`, because what was set aside must come back to nothing when it is taken out again.
 */
export const spend = `
CREATE TABLE understudy.spend (
  account      text COLLATE "C" NOT NULL,
  day          text COLLATE "C" NOT NULL,
  spent_usd    numeric NOT NULL DEFAULT 0,
  reserved_usd numeric NOT NULL DEFAULT 0,
  changed_at   bigint NOT NULL,
  PRIMARY KEY (account, day)
);
`;
