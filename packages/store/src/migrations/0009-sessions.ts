/** Sessions of the page that were ended before their time: every gateway with the same key has to know. */
export const sessions = `
CREATE TABLE understudy.ended_sessions (
  id      text COLLATE "C" PRIMARY KEY,
  ends_at bigint NOT NULL
);
`;
