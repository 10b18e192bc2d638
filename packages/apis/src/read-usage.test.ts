import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { readChat } from "./chat/read-chat.ts";
import { mergedUsage, readUsage } from "./read-usage.ts";

/** Input, output, cached, written, reasoning. */
type Counts = readonly [number, number, number, number, number];

function counts(usage: unknown, thinkingInTotal = false): Counts | null {
  const read = readUsage(usage, thinkingInTotal);
  if (read === null) return null;
  const { input_tokens, output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens } = read;
  return [input_tokens, output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens];
}

const sum = (prompt_tokens: number, completion_tokens: number, total_tokens?: number) => ({
  prompt_tokens,
  completion_tokens,
  ...(total_tokens === undefined ? {} : { total_tokens }),
});

describe("tokens of a cache", () => {
  test.each<readonly [string, object, Counts]>([
    [
      "within the prompt, by OpenAI's name",
      { ...sum(10, 8, 18), prompt_tokens_details: { cached_tokens: 6 } },
      [10, 8, 6, 0, 0],
    ],
    ["within, with no total", { ...sum(10, 8), prompt_tokens_details: { cached_tokens: 6 } }, [10, 8, 6, 0, 0]],
    [
      "within, read and written",
      { ...sum(10, 8, 18), prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 3 } },
      [10, 8, 6, 3, 0],
    ],
    [
      "DeepSeek's hit and miss",
      { ...sum(10, 8), prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 4 },
      [10, 8, 6, 0, 0],
    ],
    ["Moonshot's flat name", { ...sum(10, 8, 18), cached_tokens: 6 }, [10, 8, 6, 0, 0]],
    [
      "Responses' names",
      { input_tokens: 10, output_tokens: 8, input_tokens_details: { cached_tokens: 6 } },
      [10, 8, 6, 0, 0],
    ],
    [
      "beside the prompt, told by the total",
      { ...sum(368, 19, 10_923), cache_read_input_tokens: 10_536, cache_creation_input_tokens: 0 },
      [10_904, 19, 10_536, 0, 0],
    ],
    [
      "written beside, told by the total",
      { ...sum(368, 19, 1_387), cache_read_input_tokens: 0, cache_creation_input_tokens: 1_000 },
      [1_368, 19, 0, 1_000, 0],
    ],
    [
      "both beside",
      { ...sum(100, 20, 1_000), cache_read_input_tokens: 500, cache_creation_input_tokens: 380 },
      [980, 20, 500, 380, 0],
    ],
    [
      "read within and written beside",
      { ...sum(100, 20, 200), cache_read_input_tokens: 60, cache_creation_input_tokens: 80 },
      [180, 20, 60, 80, 0],
    ],
    [
      "within under Anthropic's names, told by the total",
      { ...sum(100, 20, 120), cache_read_input_tokens: 60, cache_creation_input_tokens: 30 },
      [100, 20, 60, 30, 0],
    ],
    [
      "within under Anthropic's name, and no total",
      { ...sum(100, 20), cache_read_input_tokens: 60 },
      [100, 20, 60, 0, 0],
    ],
    ["more than the prompt: beside it", { ...sum(10, 20), cache_read_input_tokens: 60 }, [70, 20, 60, 0, 0]],
    [
      "more than the prompt, though details say within",
      { ...sum(10, 2), prompt_tokens_details: { cached_tokens: 60 } },
      [70, 2, 60, 0, 0],
    ],
    [
      "Anthropic's own, always beside",
      { input_tokens: 10, output_tokens: 8, cache_read_input_tokens: 6, cache_creation_input_tokens: 3 },
      [19, 8, 6, 3, 0],
    ],
    [
      "both names for the same, as LiteLLM's proxy sends",
      {
        ...sum(100, 20, 120),
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 10,
        prompt_tokens_details: { cached_tokens: 60 },
      },
      [100, 20, 60, 10, 0],
    ],
    [
      "beside, with reasoning beside the output as well",
      { ...sum(10, 5, 45), cache_read_input_tokens: 20, completion_tokens_details: { reasoning_tokens: 10 } },
      [30, 15, 20, 0, 10],
    ],
  ])("%s", (_what, usage, expected) => {
    expect(counts(usage)).toEqual(expected);
  });
});

describe("hidden reasoning", () => {
  const reasoning = (tokens: number) => ({ completion_tokens_details: { reasoning_tokens: tokens } });
  test.each<readonly [string, object, boolean, Counts]>([
    ["within the output", { ...sum(10, 8, 18), ...reasoning(5) }, false, [10, 8, 0, 0, 5]],
    ["beside it, told by the total (xAI)", { ...sum(716, 126, 1009), ...reasoning(167) }, false, [716, 293, 0, 0, 167]],
    ["beside it, told by its size", { ...sum(10, 8), ...reasoning(50) }, false, [10, 58, 0, 0, 50]],
    ["under a flat name", { ...sum(10, 8, 18), reasoning_tokens: 5 }, false, [10, 8, 0, 0, 5]],
    [
      "Anthropic's name",
      { input_tokens: 1, output_tokens: 8, output_tokens_details: { thinking_tokens: 5 } },
      false,
      [1, 8, 0, 0, 5],
    ],
    ["in the total alone, where the provider counts so", sum(10, 8, 30), true, [10, 20, 0, 0, 12]],
    ["a total that is more than the sum says nothing of it", sum(10, 8, 30), false, [10, 8, 0, 0, 0]],
    ["a total that is less than the sum", sum(10, 8, 3), true, [10, 8, 0, 0, 0]],
  ])("%s", (_what, usage, inTotal, expected) => {
    expect(counts(usage, inTotal)).toEqual(expected);
  });
});

describe("counts written oddly", () => {
  test.each<readonly [string, unknown, Counts | null]>([
    ["as text", { prompt_tokens: "10", completion_tokens: "4", total_tokens: "14" }, [10, 4, 0, 0, 0]],
    ["as floats", { prompt_tokens: 10.0, completion_tokens: 4.2 }, [10, 4, 0, 0, 0]],
    ["null beside a number", { prompt_tokens: 10, completion_tokens: null }, [10, 0, 0, 0, 0]],
    ["the total of what is missing", { prompt_tokens: 10, total_tokens: 14 }, [10, 4, 0, 0, 0]],
    ["the total of what is missing before", { completion_tokens: 4, total_tokens: 14 }, [10, 4, 0, 0, 0]],
    ["two names, one of them zero", { prompt_tokens: 0, input_tokens: 10, completion_tokens: 4 }, [10, 4, 0, 0, 0]],
    ["details that are null", { ...sum(10, 4, 14), prompt_tokens_details: null }, [10, 4, 0, 0, 0]],
    ["a negative part", { prompt_tokens: 10, completion_tokens: -1 }, [10, 0, 0, 0, 0]],
    ["negative all", { prompt_tokens: -10, completion_tokens: -1 }, null],
    ["words", { prompt_tokens: "many", completion_tokens: "1e3" }, null],
    ["beyond counting", { prompt_tokens: 1e300, completion_tokens: Number.NaN }, null],
    ["a total alone", { total_tokens: 14 }, null],
    ["nothing", {}, null],
    ["null", null, null],
    ["a list", [1, 2], null],
    ["a number", 7, null],
  ])("%s", (_what, usage, expected) => {
    expect(counts(usage)).toEqual(expected);
  });
});

describe("usage in a stream", () => {
  const chunk = (rest: object, choice: object = {}): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "a" }, ...choice }], ...rest })}\n\n`;
  const last = chunk({}, { finish_reason: "stop" });
  const own = (usage: object): string => `data: ${JSON.stringify({ choices: [], usage })}\n\n`;

  test.each<readonly [string, readonly string[]]>([
    ["in a chunk of its own", [chunk({}), last, own(sum(3, 2, 5))]],
    [
      "in a chunk of its own without choices",
      [chunk({}), last, `data: ${JSON.stringify({ usage: sum(3, 2, 5) })}\n\n`],
    ],
    ["on the last choice", [chunk({}), chunk({ usage: sum(3, 2, 5) }, { finish_reason: "stop" })]],
    ["in Groq's place", [chunk({}), chunk({ x_groq: { id: "r", usage: sum(3, 2, 5) } }, { finish_reason: "stop" })]],
    ["in the choice (Moonshot)", [chunk({}), chunk({}, { finish_reason: "stop", usage: sum(3, 2, 5) })]],
    ["growing with every chunk", [chunk({ usage: sum(3, 1, 4) }), chunk({ usage: sum(3, 2, 5) }), last]],
    [
      "null before and after it",
      [chunk({ usage: null }), chunk({ usage: sum(3, 2, 5) }), chunk({ usage: null }), last],
    ],
    ["zeros after it", [chunk({ usage: sum(3, 2, 5) }), last, own(sum(0, 0, 0))]],
    [
      "input first and output last",
      [chunk({ usage: { input_tokens: 3, output_tokens: 1 } }), last, own({ output_tokens: 2 })],
    ],
  ])("%s", (_what, events) => {
    const read = readChat(Buffer.from([...events, "data: [DONE]\n\n"].join("")));
    expect(read.usage).toMatchObject({ input_tokens: 3, output_tokens: 2, cached_tokens: 0, reasoning_tokens: 0 });
  });

  test("what comes later wins, and what it leaves out stays", () => {
    const earlier = { prompt_tokens: 1, completion_tokens: 2, total_tokens: null };
    const later = { prompt_tokens: 3, completion_tokens: 0, total_tokens: 5, cached_tokens: 0, other: 7 };
    expect(mergedUsage(earlier, later)).toEqual({
      prompt_tokens: 3,
      completion_tokens: 2,
      total_tokens: 5,
      cached_tokens: 0,
    });
    expect(mergedUsage(null, 7)).toBeNull();
  });

  test("under very many names is read in linear time", () => {
    const cpuMs = startCpuTimer();
    const events = Array.from({ length: 10_000 }, (_, index) =>
      own({ [`k${index}`]: 1, prompt_tokens: 3, completion_tokens: 2 }),
    );
    expect(readChat(Buffer.from(events.join(""))).usage).toMatchObject({ input_tokens: 3, output_tokens: 2 });
    expect(cpuMs()).toBeLessThan(2_000);
  });
});
