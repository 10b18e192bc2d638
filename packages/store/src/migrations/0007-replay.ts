/**
 * Stored requests that were sent to another silent model. Each is claimed here before it is put on the queue, so that it
 * is admitted once however often the replay is started again; the estimate keeps the budget until its cost is known. A request may now be paired with the same silent model twice: live, and in a replay.
 */
export const replay = `
ALTER TABLE understudy.experiments ADD COLUMN replay boolean NOT NULL DEFAULT false;
ALTER TABLE understudy.pairs DROP CONSTRAINT pairs_request_id_silent_model_key;
ALTER TABLE understudy.pairs ADD UNIQUE (request_id, silent_model, experiment);
CREATE TABLE understudy.replays (
  pair_id      text COLLATE "C" PRIMARY KEY,
  experiment   text COLLATE "C" NOT NULL REFERENCES understudy.experiments (id),
  estimate_usd double precision
);
CREATE INDEX replays_of_experiment ON understudy.replays (experiment);
`;
