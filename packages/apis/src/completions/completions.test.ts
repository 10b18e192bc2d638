import { describe, expect, test } from "vitest";
import { faultOfWhole } from "../whole-answer.ts";
import { completions } from "./completions.ts";

const HEAD = { id: "cmpl-1", object: "text_completion", created: 1, model: "m-1" };
const chunk = (text: string, reason: string | null = null, index = 0): string =>
  `data: ${JSON.stringify({ ...HEAD, choices: [{ index, text, logprobs: null, finish_reason: reason }] })}\n\n`;
const USAGE = `data: ${JSON.stringify({ ...HEAD, choices: [], usage: { prompt_tokens: 4, completion_tokens: 2 } })}\n\n`;
const DONE = "data: [DONE]\n\n";

const read = (text: string): ReturnType<typeof completions.read> => completions.read(Buffer.from(text));
const said = { text: "hello world", refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 };

test("a whole answer", () => {
  const choices = [{ index: 0, text: "hello world", logprobs: null, finish_reason: "stop" }];
  const body = JSON.stringify({ ...HEAD, choices, usage: { prompt_tokens: 4, completion_tokens: 2 } });
  expect(read(body)).toMatchObject({ answer: said, usage: { input_tokens: 4, output_tokens: 2 }, complete: true });
  expect(completions.isPlainAnswer(Buffer.from(body))).toBe(true);
  expect(faultOfWhole(completions, Buffer.from(body))).toBeNull();
});

test("a streamed answer", () => {
  const events = [chunk("hello"), chunk(" world"), chunk("", "stop"), USAGE, DONE];
  expect(read(events.join(""))).toMatchObject({
    answer: said,
    usage: { input_tokens: 4, output_tokens: 2 },
    complete: true,
    first_token_offset: Buffer.byteLength(chunk("hello")),
    end_offset: Buffer.byteLength(events.join("")),
  });
  expect(read(chunk("hello"))).toMatchObject({ answer: { text: "hello", finish_reason: null }, complete: false });
});

test.each([
  [{ prompt: "a" }, 1],
  [{ prompt: "a", n: 2 }, 2],
  [{ prompt: ["a", "b"], n: 2 }, 4],
  [{ prompt: [7, 8, 9] }, 1],
  [{ prompt: [[7, 8], [9]] }, 2],
])("the answer to %j has finished after %i choices", (body, count) => {
  const end = completions.watchEnd(body);
  for (let index = 0; index < count; index += 1) {
    expect(end.progress).toBe("going");
    end.push(Buffer.from(chunk("", "stop", index)));
  }
  expect(end.progress).toBe("finished");
});

describe("a request", () => {
  test.each([{ prompt: "a" }, { prompt: "" }, { prompt: ["a"] }, { prompt: [7, 8] }])("%j can be forwarded", (body) => {
    expect(completions.faultOf(body)).toBeNull();
  });

  test.each([
    [{}, "prompt"],
    [{ prompt: [] }, "prompt"],
    [{ prompt: 7 }, "prompt"],
    [{ prompt: "a", stream: 1 }, "stream"],
  ])("%j cannot: %s is at fault", (body, param) => {
    expect(completions.faultOf(body)).toMatchObject({ param });
  });

  test("is a turn of the user's", () => {
    const { turns } = completions.view({ prompt: ["a", "b"], user: "u" });
    expect(turns).toMatchObject([{ role: "user", texts: ["a", "b"] }]);
    expect(completions.view({ prompt: [7, 8] }).turns).toMatchObject([{ texts: [] }]);
  });
});
