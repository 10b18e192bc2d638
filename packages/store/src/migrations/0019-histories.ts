/**
 * How the bounds of an experiment's criteria narrowed: one row each, thinned as it grows. They cannot be made again from the
 * pairs, of which nobody kept in which order their conversations entered at what time.
 */
export const histories = `
CREATE TABLE understudy.criteria_histories (
  experiment text COLLATE "C" PRIMARY KEY,
  rules      text NOT NULL,
  pairs      bigint NOT NULL,
  criteria   json NOT NULL
);
`;
