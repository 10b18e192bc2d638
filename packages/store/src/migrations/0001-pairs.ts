/**
 * Experiments, pairs with the figures that are asked for, their texts apart, and the ledger of what was admitted and
 * dropped.
 *
 * Times are epoch milliseconds as call records have them: exact, of one meaning in both databases, and fit for a cursor.
 * Documents are `json`, not `jsonb`: a model may answer with the character NUL, which jsonb refuses, and a refused pair
 * would be a lost one. Figures are double precision, because a provider's odd count must not fail a write either.
 */
export const pairs = `
CREATE TABLE understudy.experiments (
  id            text COLLATE "C" PRIMARY KEY,
  primary_group text NOT NULL,
  silent_model  text NOT NULL,
  created_at    bigint NOT NULL
);

CREATE TABLE understudy.pairs (
  id                     text COLLATE "C" PRIMARY KEY,
  experiment             text COLLATE "C" NOT NULL REFERENCES understudy.experiments (id),
  request_id             text COLLATE "C" NOT NULL,
  client_request_id      text COLLATE "C",
  silent_model           text COLLATE "C" NOT NULL,
  outcome                text NOT NULL,
  reason                 text,
  created_at             bigint NOT NULL,
  primary_status         text NOT NULL,
  primary_latency_ms     double precision,
  primary_first_token_ms double precision,
  primary_input_tokens   double precision,
  primary_output_tokens  double precision,
  primary_cost_usd       double precision,
  silent_status          text,
  silent_latency_ms      double precision,
  silent_first_token_ms  double precision,
  silent_input_tokens    double precision,
  silent_output_tokens   double precision,
  silent_cost_usd        double precision,
  primary_record         json NOT NULL,
  silent_record          json,
  comparison             json,
  texts_expire_at        bigint,
  UNIQUE (request_id, silent_model)
);
CREATE INDEX pairs_newest ON understudy.pairs (created_at DESC, id DESC);
CREATE INDEX pairs_newest_of_experiment ON understudy.pairs (experiment, created_at DESC, id DESC);
CREATE INDEX pairs_outcomes ON understudy.pairs (experiment, outcome, reason);
CREATE INDEX pairs_client_request_id ON understudy.pairs (client_request_id) WHERE client_request_id IS NOT NULL;
CREATE INDEX pairs_texts_expire_at ON understudy.pairs (texts_expire_at) WHERE texts_expire_at IS NOT NULL;

CREATE TABLE understudy.pair_texts (
  pair_id        text COLLATE "C" PRIMARY KEY REFERENCES understudy.pairs (id) ON DELETE CASCADE,
  request        json,
  primary_answer json,
  silent_answer  json
);

CREATE TABLE understudy.ledger (
  experiment text COLLATE "C" NOT NULL REFERENCES understudy.experiments (id),
  kind       text COLLATE "C" NOT NULL,
  reason     text COLLATE "C" NOT NULL,
  count      bigint NOT NULL,
  PRIMARY KEY (experiment, kind, reason)
);
`;
