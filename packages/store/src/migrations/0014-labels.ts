/**
 * Judged pairs, one turn of a conversation at the most, in the order in which conversations began: with which probability
 * each was drawn for people to label, whether it was, and what they said. A draw is made once and outlives the counts, which
 * can be made again from these rows. What a person writes of texts stands with the texts, and goes with them.
 */
export const labels = `
ALTER TABLE understudy.pair_texts ADD COLUMN label_note text;
CREATE TABLE understudy.label_draws (
  pair_id      text COLLATE "C" PRIMARY KEY,
  experiment   text COLLATE "C" NOT NULL,
  place        bigint,
  says         text COLLATE "C" NOT NULL,
  share        double precision NOT NULL,
  drawn        boolean NOT NULL,
  drawn_at     bigint NOT NULL,
  id           text COLLATE "C",
  a_is_primary boolean,
  offered_at   bigint,
  choice       text COLLATE "C",
  reviewer     text,
  labelled_at  bigint
);
CREATE UNIQUE INDEX label_draws_id ON understudy.label_draws (id) WHERE id IS NOT NULL;
CREATE INDEX label_draws_place ON understudy.label_draws (experiment, place) WHERE place IS NOT NULL;
CREATE INDEX label_draws_asked ON understudy.label_draws (experiment, place) WHERE id IS NOT NULL;

CREATE TABLE understudy.label_progress (
  experiment text COLLATE "C" PRIMARY KEY,
  since      bigint NOT NULL,
  margin     double precision,
  entered_to bigint NOT NULL,
  epochs     json NOT NULL
);
`;
