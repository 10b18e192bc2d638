import { describe, expect, test } from "vitest";
import { APIS } from "./apis.ts";

/** JSON can hold what throws when it is asked for its number. */
const HOSTILE = { toString: 1, valueOf: 1 };

describe("what is no number throws nowhere", () => {
  test.each(Object.values(APIS))("in a request of $name", ({ watchEnd, view, faultOf, silent }) => {
    const body = { n: HOSTILE, best_of: HOSTILE, messages: [{ role: HOSTILE }], input: [HOSTILE], tools: [HOSTILE] };
    expect(watchEnd(body).progress).toBe("going");
    expect(() => [view(body), faultOf(body), silent.statefulBy(body)]).not.toThrow();
  });

  test("in the place of a text of a Responses stream", () => {
    const event = { type: "response.output_text.delta", output_index: 0, content_index: HOSTILE, delta: "Hi" };
    const read = APIS.responses.read(Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
    expect(read.answer?.text).toBe("Hi");
  });

  test("in the usage of a Messages answer", () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 1,
      iterations: [
        { type: "message", input_tokens: 1 },
        { type: "compaction", input_tokens: HOSTILE },
      ],
    };
    const body = { type: "message", content: [{ type: "text", text: "Hi" }], stop_reason: "end_turn", usage };
    expect(APIS.messages.read(Buffer.from(JSON.stringify(body))).usage?.input_tokens).toBe(1);
  });
});
