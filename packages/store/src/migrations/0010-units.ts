/**
 * What the verdict's bets are made of. A pair knows when it was admitted, which conversation it is a turn of, and what it
 * is worth; a conversation enters once, in the order in which conversations began. Wealth hangs on how often each value came,
 * so entered conversations are kept as counts: of all (`unit_shapes`) and by twenty (`unit_blocks`), for what hangs on time.
 * All of it can be made again from `figures`. Pairs from before are not bet on: nobody noted when they were admitted.
 */
export const units = `
ALTER TABLE understudy.figures
  ADD COLUMN admitted_at bigint,
  ADD COLUMN conversation text COLLATE "C",
  ADD COLUMN finer text COLLATE "C",
  ADD COLUMN standing text COLLATE "C",
  ADD COLUMN answer_kind text COLLATE "C",
  ADD COLUMN kinds text COLLATE "C",
  ADD COLUMN differs smallint,
  ADD COLUMN checks smallint,
  ADD COLUMN errors smallint,
  ADD COLUMN judge text COLLATE "C";
UPDATE understudy.figures SET standing = CASE
  WHEN silent_error IN ('authentication', 'permission', 'not_found', 'quota') THEN 'our_fault'
  WHEN marks / 2 % 2 = 1 THEN 'primary_failed'
  WHEN silent_error <> '' THEN 'silent_failed'
  WHEN comparable THEN 'measured'
  ELSE 'not_comparable' END;
CREATE INDEX figures_admitted ON understudy.figures (experiment, admitted_at) WHERE admitted_at IS NOT NULL;
CREATE INDEX figures_conversation ON understudy.figures (experiment, conversation) WHERE admitted_at IS NOT NULL;

CREATE TABLE understudy.unit_progress (
  experiment    text COLLATE "C" PRIMARY KEY,
  rules         text NOT NULL,
  read_to       bigint NOT NULL,
  conversations bigint NOT NULL,
  judged_to     bigint NOT NULL,
  pairs         bigint NOT NULL,
  read_pairs    bigint NOT NULL,
  heaviest      text COLLATE "C",
  heaviest_pairs bigint NOT NULL,
  costs         json NOT NULL
);
CREATE TABLE understudy.conversations (
  experiment text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  started_at bigint NOT NULL,
  pairs      bigint NOT NULL,
  opening    integer,
  place      bigint,
  PRIMARY KEY (experiment, key)
);
CREATE INDEX conversations_open ON understudy.conversations (experiment, started_at, key) WHERE place IS NULL;
CREATE INDEX conversations_entered ON understudy.conversations (experiment, place) WHERE place IS NOT NULL;
CREATE TABLE understudy.services (
  experiment text COLLATE "C" NOT NULL,
  key        text COLLATE "C" NOT NULL,
  PRIMARY KEY (experiment, key)
);
CREATE TABLE understudy.unit_shapes (
  experiment text COLLATE "C" NOT NULL,
  criterion  text COLLATE "C" NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  turns      integer NOT NULL,
  sum        double precision NOT NULL,
  control    double precision NOT NULL,
  count      bigint NOT NULL,
  PRIMARY KEY (experiment, criterion, kind, turns, sum, control)
);
CREATE TABLE understudy.unit_blocks (
  experiment text COLLATE "C" NOT NULL,
  number     bigint NOT NULL,
  began_at   bigint NOT NULL,
  ended_at   bigint NOT NULL,
  units      integer NOT NULL,
  shapes     json NOT NULL,
  PRIMARY KEY (experiment, number)
);
`;
