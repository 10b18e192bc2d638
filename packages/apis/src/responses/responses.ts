import type { Api } from "../api.ts";
import { COMMENT } from "../framing.ts";
import { faultOfResponses } from "./fault-of-responses.ts";
import { FOLLOWING_RESPONSES } from "./following.ts";
import { isPlainResponse } from "./plain-response.ts";
import { readResponses } from "./read-responses.ts";
import { openingOf } from "./response-event.ts";
import { RESPONSES_ERRORS } from "./responses-errors.ts";
import { ResponsesEnd } from "./responses-end.ts";
import { viewResponses } from "./responses-view.ts";
import { RESPONSES_SILENTLY } from "./silent-rules.ts";
import { mockedResponse } from "./mocked-response.ts";

/** Parameters of chat's that mean the same here, and those that chat does not have. */
const TAKEN: ReadonlySet<string> = new Set([
  "temperature",
  "top_p",
  "top_logprobs",
  "parallel_tool_calls",
  "store",
  "metadata",
  "user",
  "safety_identifier",
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "instructions",
  "max_output_tokens",
  "max_tool_calls",
  "reasoning",
  "text",
  "include",
  "truncation",
]);

/** OpenAI's Responses. */
export const responses: Api = {
  name: "responses",
  paths: ["/responses"],
  asks: "input",
  faultOf: faultOfResponses,
  view: viewResponses,
  beside: {
    counts: "/input_tokens",
    counted: null,
    kept: [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/cancel"],
      ["GET", "/input_items"],
    ],
  },
  following: FOLLOWING_RESPONSES,
  forwards: /^openai-beta$/,
  usualHeaders: {},
  takesDefault: (param) => TAKEN.has(param),
  keptBack: () => ["litellm_metadata"],
  // It stands in the last event of every stream.
  asksForUsage: false,
  speaks: true,
  silent: RESPONSES_SILENTLY,
  read: readResponses,
  watchEnd: () => new ResponsesEnd(),
  opening: openingOf,
  isPlainAnswer: isPlainResponse,
  mocked: mockedResponse,
  litellmCall: "aresponses",
  ping: COMMENT,
  ...RESPONSES_ERRORS,
};
