/**
 * What judge and embedding model say of a pair, one row each. Counts and
 * sums of an experiment are kept as they grow, since every pair may have a similarity; percentiles come from an even part,
 * by `draw`, which is the pair's own, as in `figures`. No key leads to `pairs`: a review may not keep a pair from being stored or removed.
 */
export const reviews = `
CREATE TABLE understudy.reviews (
  pair_id            text COLLATE "C" PRIMARY KEY,
  experiment         text COLLATE "C" NOT NULL,
  created_at         bigint NOT NULL,
  draw               double precision NOT NULL,
  judgement          text COLLATE "C",
  not_judged         text COLLATE "C",
  choice_primary_first text COLLATE "C",
  choice_silent_first  text COLLATE "C",
  first_place_won    boolean NOT NULL,
  judge              text,
  judge_prompt       integer NOT NULL,
  judge_cost_usd     double precision,
  similarity         double precision,
  similarity_failed  boolean NOT NULL,
  embedding_cost_usd double precision
);
CREATE INDEX reviews_draw ON understudy.reviews (experiment, draw) INCLUDE (similarity);

CREATE TABLE understudy.review_totals (
  experiment         text COLLATE "C" NOT NULL,
  outcome            text COLLATE "C" NOT NULL,
  first_place_won    boolean NOT NULL,
  reviews            bigint NOT NULL,
  judge_cost_usd     double precision NOT NULL,
  measured           bigint NOT NULL,
  similarity_sum     double precision NOT NULL,
  similarity_failed  bigint NOT NULL,
  embedding_cost_usd double precision NOT NULL,
  PRIMARY KEY (experiment, outcome, first_place_won)
);
`;
