/**
 * What can be changed while processes run. The one row of `control` is locked by each change, so that changes come one after the other and
 * versions grow in the order in which they are seen.
 */
export const control = `
CREATE TABLE understudy.control (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL
);

CREATE TABLE understudy.experiment_control (
  id              text COLLATE "C" PRIMARY KEY,
  primary_group   text NOT NULL,
  silent_model    text NOT NULL,
  state           text COLLATE "C" NOT NULL,
  sample_rate     double precision,
  ends_at         bigint,
  max_usd_per_day double precision,
  concurrency     integer,
  named_by        text COLLATE "C" NOT NULL,
  named_at        bigint NOT NULL
);

CREATE TABLE understudy.rollouts (
  id            text COLLATE "C" PRIMARY KEY,
  experiment    text COLLATE "C" NOT NULL,
  primary_group text NOT NULL,
  silent_model  text NOT NULL,
  state         text COLLATE "C" NOT NULL,
  stage         integer NOT NULL,
  plan          jsonb NOT NULL,
  facts         jsonb NOT NULL,
  started_at    bigint NOT NULL,
  stage_at      bigint NOT NULL,
  ended_at      bigint,
  reason        text
);
CREATE INDEX rollouts_experiment ON understudy.rollouts (experiment, started_at, id);
CREATE UNIQUE INDEX rollouts_routing ON understudy.rollouts (primary_group) WHERE state <> 'rolled_back';

CREATE TABLE understudy.experiment_events (
  id         text COLLATE "C" PRIMARY KEY,
  place      bigint GENERATED ALWAYS AS IDENTITY,
  experiment text COLLATE "C" NOT NULL,
  rollout    text COLLATE "C",
  at         bigint NOT NULL,
  who        text NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  changes    jsonb NOT NULL,
  reason     text
);
CREATE INDEX experiment_events_place ON understudy.experiment_events (experiment, place);
`;
