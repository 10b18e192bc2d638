import { describe, expect, test } from "vitest";
import { faultOfWhole } from "../whole-answer.ts";
import { responses } from "./responses.ts";
import * as sample from "./streams.fixture.ts";

const WEATHER = { type: "function", name: "weather", description: "By city", parameters: { type: "object" } };
const ASKED = { role: "user", content: "hello" };
const THOUGHT = { type: "reasoning_text", text: "It is a sum." };

describe("what can be forwarded", () => {
  test.each([
    { input: "hello" },
    { input: [ASKED] },
    { input: [], previous_response_id: "resp_1" },
    { prompt: { id: "pmpt_1" } },
    { conversation: "conv_1" },
    { input: "hello", stream: null, tools: "nonsense", max_output_tokens: -1 },
  ])("%j", (body) => {
    expect(responses.faultOf({ model: "m", ...body })).toBeNull();
  });

  test.each([
    [{}, "input"],
    [{ input: "" }, "input"],
    [{ input: [] }, "input"],
    [{ input: null, prompt: null }, "input"],
    [{ input: { role: "user" }, previous_response_id: "resp_1" }, "input"],
    [{ input: "hello", stream: "yes" }, "stream"],
  ])("not %j: %s is at fault", (body, param) => {
    expect(responses.faultOf(body)).toMatchObject({ param, message: expect.stringContaining(`\`${param}\``) });
  });
});

describe("the view of a request", () => {
  test("that is a text", () => {
    const view = responses.view({ input: "hello", instructions: "Be brief.", stream: true });
    expect(view).toMatchObject({
      instructions: ["Be brief."],
      stream: true,
      schema: null,
      asksForJson: false,
      tools: [],
    });
    expect(view.turns).toMatchObject([{ role: "user", texts: ["hello"], toolCalls: [] }]);
  });

  test("of items: what the model said and called in one go is one turn", () => {
    const input = [
      { role: "developer", content: [{ type: "input_text", text: "In English." }] },
      { type: "message", role: "user", content: [{ type: "input_text", text: "Weather?" }, { type: "input_image" }] },
      { type: "reasoning", id: "rs_1", summary: [] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
      { type: "function_call", call_id: "c1", namespace: "geo", name: "weather", arguments: "{}" },
      { type: "custom_tool_call", call_id: "c2", name: "patch", input: "***" },
      { type: "web_search_call", id: "ws_1" },
      { type: "function_call_output", call_id: "c1", output: "rain" },
      { type: "custom_tool_call_output", call_id: "c2", output: [{ type: "input_text", text: "done" }] },
      { role: "assistant", content: "It rains." },
    ];
    const { instructions, turns } = responses.view({ input, instructions: "Be brief." });
    expect(instructions).toEqual(["Be brief.", "In English."]);
    expect(turns.map(({ role, texts, toolCalls }) => [role, texts, toolCalls.map(({ name }) => name)])).toEqual([
      ["user", ["Weather?"], []],
      ["assistant", ["I look."], ["geo__weather", "patch"]],
      ["tool", ["rain"], []],
      ["tool", ["done"], []],
      ["assistant", ["It rains."], []],
    ]);
  });

  test("has the client's own tools, grouped ones by their full name, wherever they stand", () => {
    const tools = [
      WEATHER,
      { type: "custom", name: "patch", format: { type: "text" } },
      {
        type: "namespace",
        name: "geo",
        tools: [
          { type: "function", name: "find" },
          { type: "custom", name: "draw" },
        ],
      },
      { type: "web_search" },
    ];
    const input = [ASKED, { type: "additional_tools", tools: [{ type: "function", name: "late" }] }];
    const view = responses.view({ input, tools });
    expect(view.tools.map(({ name }) => name)).toEqual(["weather", "patch", "geo__find", "geo__draw", "late"]);
    expect(view.tools[0]).toEqual({ name: "weather", description: "By city", parameters: { type: "object" } });
  });

  test.each([
    ["auto", { kind: "auto" }],
    ["none", { kind: "none" }],
    ["required", { kind: "required" }],
    [
      { type: "function", name: "f" },
      { kind: "named", name: "f" },
    ],
    [
      { type: "custom", name: "c" },
      { kind: "named", name: "c" },
    ],
    [{ type: "allowed_tools", mode: "required", tools: [] }, { kind: "required" }],
    [{ type: "allowed_tools", mode: "auto", tools: [] }, { kind: "auto" }],
    [{ type: "web_search" }, { kind: "auto" }],
  ])("choice %j is %j", (tool_choice, choice) => {
    expect(responses.view({ input: "x", tool_choice }).toolChoice).toEqual(choice);
  });

  test("has the schema that stands flat in the format", () => {
    const schema = { type: "object" };
    const text = { format: { type: "json_schema", name: "n", schema }, verbosity: "low" };
    expect(responses.view({ input: "x", text })).toMatchObject({ schema, asksForJson: true });
    const json = { format: { type: "json_object" } };
    expect(responses.view({ input: "x", text: json })).toMatchObject({ schema: null, asksForJson: true });
  });

  test("names a conversation, and no previous response: each turn has another", () => {
    const names = { conversation: { id: "conv_1" }, client_metadata: { session_id: "s1" }, prompt_cache_key: "s1" };
    const body = { input: "x", ...names, user: "u", metadata: { session_id: "s2" }, previous_response_id: "resp_1" };
    expect(responses.view(body).names).toEqual({ users: ["u"], sessions: ["conv_1", "s1", "s2"], cacheKey: "s1" });
  });

  test.each([7, "x", null, [null, 7, "x", [], {}], { a: 1 }])("of an input of %j is made all the same", (input) => {
    expect(() => responses.view({ input, tools: input, tool_choice: input, text: input })).not.toThrow();
  });
});

test("a message of very many parts is viewed all the same", () => {
  const content = Array.from({ length: 300_000 }, () => ({ type: "input_text", text: "a" }));
  expect(responses.view({ input: [{ role: "user", content }] }).turns[0]?.texts).toHaveLength(300_000);
});

describe("what goes to a silent model", () => {
  test.each<readonly [object, boolean]>([
    [WEATHER, true],
    [{ type: "custom", name: "c" }, true],
    [{ type: "namespace", name: "n", tools: [{ type: "function", name: "f" }] }, true],
    [{ type: "namespace", name: "n", tools: [{ type: "mcp", server_label: "s" }] }, false],
    [{ type: "apply_patch" }, true],
    [{ type: "local_shell" }, true],
    [{ type: "shell" }, true],
    [{ type: "shell", environment: { type: "local" } }, true],
    [{ type: "shell", environment: { type: "container_auto" } }, false],
    [{ type: "tool_search" }, true],
    [{ type: "web_search" }, false],
    [{ type: "web_search_preview_2025_03_11" }, false],
    [{ type: "file_search", vector_store_ids: ["vs_1"] }, false],
    [{ type: "code_interpreter", container: { type: "auto" } }, false],
    [{ type: "image_generation" }, false],
    [{ type: "computer_use_preview" }, false],
    [{ type: "mcp", server_url: "https://example.com" }, false],
    [{ type: "programmatic_tool_calling" }, false],
    [{ type: "new_tool" }, false],
    [{}, false],
  ])("tool %j stays: %s", (tool, stays) => {
    expect(responses.silent.isClientTool(tool)).toBe(stays);
  });

  test.each<readonly [object, string | null]>([
    [{ input: "x", store: true }, null],
    [{ input: [ASKED, { type: "reasoning", summary: [], encrypted_content: null }] }, null],
    [{ input: "x", previous_response_id: null, background: false, conversation: null }, null],
    [{ input: "x", previous_response_id: "resp_1" }, "previous_response_id"],
    [{ input: "x", conversation: { id: "conv_1" } }, "conversation"],
    [{ input: "x", background: true }, "background"],
    [{ prompt: { id: "pmpt_1" } }, "prompt"],
    [{ input: [ASKED, { type: "item_reference", id: "msg_1" }] }, "item_reference"],
    [{ input: [{ type: "reasoning", summary: [], encrypted_content: "gAAA" }] }, "encrypted_reasoning"],
    [{ input: [{ type: "reasoning", id: "rs_1", summary: [] }, ASKED] }, "kept_reasoning"],
    [{ input: [{ type: "reasoning", id: "rs_1", summary: [], content: [THOUGHT] }, ASKED] }, null],
    [{ input: [{ type: "compaction", encrypted_content: "gAAA" }] }, "compaction"],
    [{ input: [{ role: "user", content: [{ type: "input_file", file_id: "file_1" }] }] }, "file_id"],
  ])("%j leans on %s", (body, reason) => {
    expect(responses.silent.statefulBy(body as Readonly<Record<string, unknown>>)).toBe(reason);
  });
});

describe("how a stream begins", () => {
  const opening = (...events: readonly string[]): unknown => responses.opening(Buffer.from(events.join("")));
  test("with an answer, as soon as the request is taken", () => {
    expect(opening(...sample.TEXT_STREAM)).toBe("answer");
    expect(opening(...sample.TEXT_STREAM.slice(0, 1))).toBe("answer");
  });

  test("with nothing yet", () => {
    expect([opening(""), opening(": ping\n\n"), opening("event: response.created\ndata: {")]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test("with an error, also behind the events that the request was taken", () => {
    expect(opening(...sample.ERROR_STREAM)).toMatchObject({ error: expect.stringContaining("server_error") });
    const failed = [...sample.FAILED_STREAM.slice(0, 2), sample.FAILED_STREAM.at(-1) ?? ""];
    expect(opening(...failed)).toEqual({ error: JSON.stringify({ error: sample.FAILURE }) });
    expect(opening(...failed.slice(-1))).toEqual({ error: JSON.stringify({ error: sample.FAILURE }) });
  });

  test("with its end", () => {
    expect(opening("data: [DONE]\n\n")).toMatchObject({ nothing: expect.stringContaining("ends") });
  });
});

describe("a body that came with a status of success", () => {
  const faultOf = (body: object): unknown => faultOfWhole(responses, Buffer.from(JSON.stringify(body)));
  test("is an answer at first sight, its error that is null no error", () => {
    const body = sample.response("completed", { output: [sample.message("hello")] });
    expect(responses.isPlainAnswer(Buffer.from(JSON.stringify(body)))).toBe(true);
    expect(faultOf(body)).toBeNull();
  });

  test("is an answer where it is queued, or cut for its length", () => {
    expect(faultOf(sample.response("queued"))).toBeNull();
    expect(faultOf(sample.response("incomplete", { incomplete_details: { reason: "max_output_tokens" } }))).toBeNull();
  });

  test("is none where it failed, or has nothing in it", () => {
    expect(faultOf(sample.response("failed", { error: sample.FAILURE }))).toMatchObject({ kind: "error" });
    const spoken = { output: [sample.message("hello")], error: sample.FAILURE };
    expect(faultOf(sample.response("failed", spoken))).toMatchObject({ kind: "error" });
    expect(faultOf(sample.response("completed"))).toMatchObject({ kind: "nothing" });
    expect(faultOf({ ok: true })).toMatchObject({ kind: "nothing" });
  });
});

test("an error within a stream is told as the API's clients read it", () => {
  const failure = { kind: "timeout", status: 504, message: "too slow", type: null, code: null, param: null } as const;
  const event = responses.errorEvent(responses.errorBody(failure, null));
  const [name, data = ""] = event.trimEnd().split("\n");
  expect([name, event.endsWith("\n\n")]).toEqual(["event: error", true]);
  const error = { message: "too slow", type: "timeout_error", param: null, code: "timeout" };
  const flat = { type: "error", code: "timeout", message: "too slow", param: null, sequence_number: 0 };
  expect(JSON.parse(data.replace("data: ", ""))).toEqual({ ...flat, error });
  expect(responses.read(Buffer.from(event)).error_body).not.toBeNull();
});
