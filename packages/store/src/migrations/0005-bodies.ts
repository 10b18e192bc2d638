/**
 * Requests and answers that are too large for the queue, where that is in this database: one row a request, with the
 * jobs that still need it. They are compressed when they come, so PostgreSQL need not try.
 *
 * `failed_bodies` is the order in which failed jobs give theirs up.
 */
export const bodies = `
CREATE TABLE understudy.bodies (
  key        text COLLATE "C" PRIMARY KEY,
  data       bytea NOT NULL,
  holders    text[] NOT NULL,
  expires_at bigint NOT NULL
);
ALTER TABLE understudy.bodies ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX bodies_by_expiry ON understudy.bodies (expires_at);

CREATE TABLE understudy.failed_bodies (
  queue     text COLLATE "C" NOT NULL,
  key       text COLLATE "C" NOT NULL,
  holder    text COLLATE "C" NOT NULL,
  failed_at bigint NOT NULL,
  PRIMARY KEY (queue, key, holder)
);
CREATE INDEX failed_bodies_by_age ON understudy.failed_bodies (queue, failed_at);
`;
