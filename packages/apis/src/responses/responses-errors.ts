import type { Api } from "../api.ts";
import { OPENAI_ERRORS } from "../client-error.ts";
import { isObject } from "../wire.ts";

/** As OpenAI's other APIs, but for the event within a stream. */
export const RESPONSES_ERRORS: Pick<Api, "errorBody" | "errorEvent" | "providerError"> = {
  ...OPENAI_ERRORS,
  errorEvent(body) {
    const { error } = body as { error?: unknown };
    const { code = null, message = "", param = null } = isObject(error) ? error : {};
    // By its schema the event says what is wrong beside its type; OpenAI's own clients throw for an `error` in it alone.
    // None of them minds the number, but some that there is none.
    const event = { type: "error", code, message, param, sequence_number: 0, ...body };
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
  },
};
