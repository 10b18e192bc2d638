import { startCpuTimer } from "@understudy/runtime/fixture";
import { describe, expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";
import { viewMessages } from "./messages-view.ts";

const user = (content: unknown) => ({ role: "user", content });

describe("the view of a request", () => {
  test("of a short one", () => {
    const view = viewMessages({ model: "m", max_tokens: 9, system: "Be brief.", messages: [user("Hi")], stream: true });
    expect(view).toEqual({
      instructions: ["Be brief."],
      turns: [{ role: "user", texts: ["Hi"], others: [], toolCalls: [] }],
      last: ["Hi"],
      tools: [],
      toolChoice: { kind: "auto" },
      schema: null,
      asksForJson: false,
      stream: true,
      names: { users: [], sessions: [], cacheKey: null },
    });
  });

  test("has system texts wherever they stand, and not Claude Code's line of accounting", () => {
    const system = [
      { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.328;" },
      { type: "text", text: "One", cache_control: { type: "ephemeral" } },
      { type: "text", text: "Two" },
    ];
    const messages = [user("a"), { role: "system", content: [{ type: "text", text: "Three" }] }, user("b")];
    const { instructions, turns } = viewMessages({ system, messages });
    expect(instructions).toEqual(["One", "Two", "Three"]);
    expect(turns.map(({ texts }) => texts)).toEqual([["a"], ["b"]]);
  });

  test("makes turns of blocks: calls with their arguments, and a turn for each result", () => {
    const messages = [
      user([
        { type: "image", source: {} },
        { type: "text", text: "See" },
        { type: "text", text: "this" },
      ]),
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm", signature: "s" },
          { type: "text", text: "I look." },
          { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } },
          { type: "tool_use", id: "toolu_2", name: "g", input: {} },
          { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} },
        ],
      },
      user([
        { type: "tool_result", tool_use_id: "toolu_1", content: "fine" },
        { type: "tool_result", tool_use_id: "toolu_2", content: [{ type: "text", text: "so" }, { type: "image" }] },
        { type: "text", text: "And now?" },
      ]),
      user([{ type: "tool_result", tool_use_id: "toolu_3" }]),
    ];
    expect(viewMessages({ messages }).turns).toEqual([
      { role: "user", texts: ["See", "this"], others: ["image"], toolCalls: [] },
      {
        role: "assistant",
        texts: ["I look."],
        others: ["server_tool_use"],
        toolCalls: [
          { name: "f", arguments: '{"a":1}' },
          { name: "g", arguments: "{}" },
        ],
      },
      { role: "tool", texts: ["fine"], others: [], toolCalls: [] },
      { role: "tool", texts: ["so"], others: ["image"], toolCalls: [] },
      { role: "user", texts: ["And now?"], others: [], toolCalls: [] },
      { role: "tool", texts: [], others: [], toolCalls: [] },
    ]);
  });

  test("reads documents and search results", () => {
    const content = [
      { type: "document", source: { type: "text", media_type: "text/plain", data: "page" } },
      { type: "document", source: { type: "content", content: [{ type: "text", text: "part" }] } },
      { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" } },
      { type: "search_result", source: "s", title: "t", content: [{ type: "text", text: "hit" }] },
    ];
    expect(viewMessages({ messages: [user(content)] }).turns[0]?.texts).toEqual(["page", "part", "hit"]);
  });

  test("has the client's tools, with and without a type", () => {
    const input_schema = { type: "object" };
    const tools = [
      { name: "f", description: "does f", input_schema },
      { type: "custom", name: "g", input_schema },
      { type: "bash_20250124", name: "bash" },
      { type: "web_search_20250305", name: "web_search" },
      { type: "tool_search_tool_regex_20251119", name: "tool_search_tool_regex" },
      { type: "mcp_toolset", mcp_server_name: "s" },
      {},
    ];
    expect(viewMessages({ messages: [user("a")], tools }).tools).toEqual([
      { name: "f", description: "does f", parameters: input_schema },
      { name: "g", description: null, parameters: input_schema },
      { name: "bash", description: null, parameters: undefined },
    ]);
  });

  test.each([
    [undefined, { kind: "auto" }],
    [{ type: "auto", disable_parallel_tool_use: true }, { kind: "auto" }],
    [{ type: "any" }, { kind: "required" }],
    [{ type: "none" }, { kind: "none" }],
    [
      { type: "tool", name: "f" },
      { kind: "named", name: "f" },
    ],
    ["any", { kind: "auto" }],
  ])("understands tool_choice %j", (tool_choice, expected) => {
    expect(viewMessages({ messages: [user("a")], tool_choice }).toolChoice).toEqual(expected);
  });

  test("finds the schema in its place, and in the older one", () => {
    const format = { type: "json_schema", schema: { type: "array" } };
    for (const body of [{ output_config: { effort: "low", format } }, { output_format: format }])
      expect(viewMessages(body)).toMatchObject({ schema: { type: "array" }, asksForJson: true });
    expect(viewMessages({ output_config: { effort: "low" } })).toMatchObject({ schema: null, asksForJson: false });
  });

  test.each([
    ["an older Claude Code", "user_ab12_account__session_6f1c-77"],
    ["Claude Code", JSON.stringify({ device_id: "d", account_uuid: "", session_id: "6f1c-77" })],
  ])("knows the session of %s", (_what, user_id) => {
    expect(viewMessages({ messages: [user("a")], metadata: { user_id } }).names.sessions).toEqual(["6f1c-77"]);
  });

  test("of anything else is empty, and throws nothing", () => {
    for (const body of [
      {},
      { messages: "x", system: 1, tools: {}, output_config: "x" },
      { messages: [1, null, { content: 5 }] },
    ])
      expect(viewMessages(body)).toMatchObject({ instructions: [], tools: [], schema: null });
  });
});

describe("an estimate of tokens", () => {
  const estimate = (body: object): number => estimateTokens(viewMessages({ ...body }));

  test("grows by its bytes, 7 to 2 tokens", () => {
    const short = estimate({ messages: [user("a".repeat(7))] });
    expect(estimate({ messages: [user("a".repeat(7 + 700))] }) - short).toBe(200);
    expect(estimate({ messages: [user("a".repeat(7) + "日".repeat(70))] }) - short).toBe(60);
    expect(short).toBe(2 + 4);
  });

  test("counts instructions, calls, results, tools and the schema", () => {
    const messages = [user("Hi")];
    const long = "x".repeat(3_500);
    const base = estimate({ messages });
    const of = (body: object): number => estimate({ messages, ...body }) - base;
    expect(of({ system: long })).toBeGreaterThanOrEqual(1_000);
    expect(of({ tools: [{ name: "f", description: long, input_schema: { type: "object" } }] })).toBeGreaterThan(1_300);
    expect(of({ tools: [{ name: "f", input_schema: { title: long } }] })).toBeGreaterThan(1_300);
    expect(of({ output_config: { format: { type: "json_schema", schema: { title: long } } } })).toBeGreaterThan(1_000);
    const call = { role: "assistant", content: [{ type: "tool_use", name: "f", input: { a: long } }] };
    expect(of({ messages: [...messages, call] })).toBeGreaterThan(1_000);
    const result = user([{ type: "tool_result", content: long }]);
    expect(of({ messages: [...messages, result] })).toBeGreaterThan(1_000);
  });

  test("is at least 1, and quick for megabytes", () => {
    expect(estimate({})).toBe(1);
    const cpuMs = startCpuTimer();
    expect(estimate({ messages: [user("日".repeat(5_000_000))] })).toBeGreaterThan(4_000_000);
    expect(cpuMs()).toBeLessThan(1_000);
  });
});
