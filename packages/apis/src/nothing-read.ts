import type { ReadAnswer } from "@understudy/contracts";

/** What is read of bytes that say nothing. */
export const NOTHING_READ: ReadAnswer = {
  answer: null,
  usage: null,
  response_model: null,
  system_fingerprint: null,
  complete: false,
  error_body: null,
  skipped_events: 0,
  first_token_offset: null,
  end_offset: null,
};
