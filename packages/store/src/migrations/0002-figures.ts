/**
 * What of a pair enters statistics, one narrow row for each pair whose silent model was called: a million of them are read
 * in the time that a thousand wide rows take. `marks` holds every yes and no of the comparison (see marks.ts), so that all
 * tallies come from one GROUP BY. `draw` is even in 0 to 1 and belongs to the pair, so that a bound on it is a fair sample.
 * The ledger learns which kind of request was counted.
 */
export const figures = `
CREATE TABLE understudy.figures (
  pair_id                text COLLATE "C" PRIMARY KEY,
  experiment             text COLLATE "C" NOT NULL,
  created_at             bigint NOT NULL,
  draw                   double precision NOT NULL,
  marks                  bigint NOT NULL,
  not_comparable         text COLLATE "C" NOT NULL,
  silent_error           text COLLATE "C" NOT NULL,
  comparable             boolean NOT NULL,
  agrees                 boolean,
  tools_differ           boolean NOT NULL,
  refused                boolean NOT NULL,
  both_ok                boolean NOT NULL,
  likeness               real,
  length_ratio           real,
  primary_ms             double precision,
  silent_ms              double precision,
  primary_first_token_ms double precision,
  silent_first_token_ms  double precision,
  primary_cost_usd       double precision,
  silent_cost_usd        double precision,
  primary_input_tokens   double precision,
  silent_input_tokens    double precision,
  primary_output_tokens  double precision,
  silent_output_tokens   double precision,
  queue_wait_ms          double precision,
  cluster                text COLLATE "C"
);
CREATE INDEX figures_draw ON understudy.figures (experiment, draw);
ALTER TABLE understudy.ledger ADD COLUMN stratum text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE understudy.ledger DROP CONSTRAINT ledger_pkey;
ALTER TABLE understudy.ledger ADD PRIMARY KEY (experiment, kind, reason, stratum);
`;
