import fc from "fast-check";
import { expect, test } from "vitest";
import { APIS } from "./apis.ts";

const text = fc.constantFrom("a", "b", "c", "");
const content = fc.oneof(
  text,
  fc.array(fc.record({ type: fc.constantFrom("text", "image_url"), text }), { maxLength: 3 }),
);
const role = fc.constantFrom("system", "developer", "user", "assistant", "tool");
const messages = fc.array(fc.record({ role, content }), { maxLength: 6 });
const block = fc.oneof(
  fc.record({ type: fc.constant("text"), text }),
  fc.record({ type: fc.constant("tool_result"), tool_use_id: text, content: text }),
  fc.record({ type: fc.constant("tool_use"), name: text, input: fc.constant({}) }),
);
const blocks = fc.array(fc.record({ role, content: fc.oneof(text, fc.array(block, { maxLength: 3 })) }), {
  maxLength: 6,
});
const item = fc.oneof(
  fc.record({ type: fc.constant("message"), role, content }),
  fc.record({ type: fc.constant("reasoning") }),
  fc.record({ type: fc.constant("function_call"), name: text, call_id: text, arguments: text }),
  fc.record({ type: fc.constant("function_call_output"), call_id: text, output: text }),
);
const BODIES = {
  chat: fc.record({ messages }),
  messages: fc.record({ messages: blocks, system: fc.option(text, { nil: undefined }) }),
  responses: fc.record({ input: fc.oneof(text, fc.array(item, { maxLength: 8 })), instructions: text }),
  completions: fc.record({ prompt: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })) }),
  embeddings: fc.record({ input: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })) }),
};

test.each(Object.values(APIS))("what was said last in $name is what its last turn says", ({ name, view }) => {
  fc.assert(
    fc.property(BODIES[name], (body) => {
      const { turns, instructions, last } = view(body);
      expect(last).toEqual(turns.at(-1)?.texts ?? instructions.slice(-1));
    }),
    { numRuns: 500 },
  );
});
