import type { ErrorKind } from "@understudy/contracts";
import type { CheckName } from "../compare/checks.ts";
import type { Reason } from "../compare/figures.ts";

/** What each reason says of the candidate, to a reader who sees both answers. */
export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  identical: "Identical",
  same_form: "The same but for its form",
  same_value: "The same values",
  same_items: "The same items",
  same_facts: "The same facts",
  contained: "The same with courtesies around it",
  both_refuse: "Both refuse",
  same_ranks: "The same ranking",
  one_empty: "Only one says anything",
  one_refuses: "Only one refuses",
  one_truncated: "Only one was cut at its token limit",
  one_calls_tools: "Only one calls a tool",
  other_language: "Another language",
  other_number: "Another number",
  other_name: "Another name",
  other_value: "Another value",
  other_items: "Other items",
  other_code: "Other code",
  other_structure: "Another structure",
  other_tools: "Other tools",
  other_arguments: "Other arguments",
  negated: "One denies what the other says",
  opposite: "The opposite",
  invalid_json: "Only one is valid JSON",
  unrelated: "About something else",
  missing_vectors: "Vectors are missing",
  other_ranks: "Another ranking",
  other_nearest: "Other nearest neighbours",
  both_empty: "Both say nothing",
  both_truncated: "Both were cut at their token limit",
  other_order: "Another order",
  missing_facts: "Only one has all the facts",
  reworded: "In other words",
  nothing_to_rank: "Too few inputs to rank",
  too_large: "Too large to compare",
};

/** A check that the primary passes and the candidate fails. */
export const CHECK_WORDS: Readonly<Record<CheckName, string>> = {
  answered: "it says nothing",
  complete: "it was cut at its token limit",
  no_refusal: "it refuses",
  json: "its JSON cannot be read",
  schema: "it breaks the schema",
  tool_choice: "it does not keep to tool_choice",
  tools_offered: "it calls a tool that is not on offer",
  tool_arguments: "its arguments break the tool’s schema",
  language: "it answers in another language",
  vectors: "vectors are missing",
  dimensions: "its vectors have another length",
};

/** How a call of which no answer came ended. */
export const FAILURE_WORDS: Readonly<Record<ErrorKind, string>> = {
  bad_request: "Refused as a bad request",
  authentication: "Refused: its key is wrong",
  permission: "Refused: no permission",
  not_found: "No such model there",
  timeout: "No answer in time",
  rate_limit: "Over its rate limit",
  quota: "Its account has no quota left",
  context_window: "Too long for its context window",
  content_policy: "Refused by a content filter",
  unavailable: "Its provider was unavailable",
  server_error: "Its provider failed",
  connection: "No connection to its provider",
  aborted: "Broken off",
  malformed: "What came was no answer",
};
