import { APIS } from "@understudy/apis";
import type { Deployment } from "@understudy/config";
import { describe, expect, test } from "vitest";
import type { Change } from "@understudy/contracts";
import { testTarget } from "../targets/deployment.fixture.ts";
import { silentRequest } from "./silent-request.ts";

const base = { model: "m", messages: [{ role: "user", content: "hi" }] };
const fn = { type: "function", function: { name: "look_up", parameters: {} } };
const custom = { type: "custom", custom: { name: "write" } };

type Brief = readonly [param: string, action: Change["action"]];
type Row = readonly [name: string, model: string, before: object, after: object, changes: readonly Brief[]];

const withKey = { apiBase: "https://h.example", apiVersion: "v1" } satisfies Partial<Deployment>;

const rows: readonly Row[] = [
  ["nothing to change", "openai/gpt-4o", { temperature: 0.2, max_tokens: 5 }, { temperature: 0.2, max_tokens: 5 }, []],
  ["one answer is compared", "openai/gpt-4o", { n: 3 }, { n: 1 }, [["n", "set"]]],
  ["n of 1 stays", "openai/gpt-4o", { n: 1 }, { n: 1 }, []],
  [
    "whoever asked is not named",
    "openai/gpt-4o",
    { user: "u", safety_identifier: "s", prompt_cache_key: "k", metadata: { a: 1 }, service_tier: "flex" },
    {},
    [
      ["user", "stripped"],
      ["safety_identifier", "stripped"],
      ["prompt_cache_key", "stripped"],
      ["metadata", "stripped"],
      ["service_tier", "stripped"],
    ],
  ],
  ["answers are not kept", "openai/gpt-4o", { store: true }, { store: false }, [["store", "set"]]],
  ["answers are not kept at Azure", "azure/d", { store: true }, { store: false }, [["store", "set"]]],
  ["store of false stays", "openai/gpt-4o", { store: false }, { store: false }, []],
  ["others know no store", "groq/m", { store: false }, {}, [["store", "dropped"]]],
  [
    "server-side tools go",
    "openai/gpt-4o",
    { tools: [fn, { type: "mcp" }, custom] },
    { tools: [fn, custom] },
    [["tools", "stripped"]],
  ],
  [
    "the last tool takes its choice with it",
    "openai/gpt-4o",
    { tools: [{ type: "web_search" }], tool_choice: "auto", parallel_tool_calls: true },
    {},
    [
      ["tools", "stripped"],
      ["tool_choice", "stripped"],
      ["parallel_tool_calls", "stripped"],
    ],
  ],
  [
    "a choice of a tool that went",
    "openai/gpt-4o",
    { tools: [fn, { type: "code_interpreter" }], tool_choice: { type: "code_interpreter" } },
    { tools: [fn] },
    [
      ["tools", "stripped"],
      ["tool_choice", "stripped"],
    ],
  ],
  [
    "a choice of a tool that stays",
    "openai/gpt-4o",
    { tools: [fn, { googleSearch: {} }], tool_choice: { type: "function", function: { name: "look_up" } } },
    { tools: [fn], tool_choice: { type: "function", function: { name: "look_up" } } },
    [["tools", "stripped"]],
  ],
  [
    "search by parameter",
    "openai/gpt-4o",
    { web_search_options: {}, plugins: [{ id: "web" }] },
    {},
    [
      ["web_search_options", "stripped"],
      ["plugins", "stripped"],
    ],
  ],
  [
    "a reasoning model",
    "openai/o3-mini",
    {
      max_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      presence_penalty: 1,
      frequency_penalty: 1,
      logprobs: true,
      logit_bias: {},
    },
    { max_completion_tokens: 9 },
    [
      ["max_tokens", "renamed"],
      ["temperature", "dropped"],
      ["top_p", "dropped"],
      ["presence_penalty", "dropped"],
      ["frequency_penalty", "dropped"],
      ["logprobs", "dropped"],
      ["logit_bias", "dropped"],
    ],
  ],
  ["gpt-5 reasons", "openai/gpt-5-mini", { temperature: 0 }, {}, [["temperature", "dropped"]]],
  ["a temperature of 1 is what it has", "openai/gpt-5", { temperature: 1 }, { temperature: 1 }, []],
  ["gpt-5-chat does not reason", "openai/gpt-5-chat-latest", { temperature: 0 }, { temperature: 0 }, []],
  [
    "reasoning turned off",
    "openai/gpt-5.1",
    { temperature: 0, presence_penalty: 1, reasoning_effort: "none" },
    { temperature: 0, reasoning_effort: "none" },
    [["presence_penalty", "dropped"]],
  ],
  ["only OpenAI's endpoints have OpenAI's rules", "openrouter/openai/o3", { temperature: 0 }, { temperature: 0 }, []],
  [
    "both names of the cap",
    "openai/o1",
    { max_tokens: 9, max_completion_tokens: 8 },
    { max_completion_tokens: 8 },
    [["max_tokens", "dropped"]],
  ],
  [
    "the older name of the cap",
    "deepseek/deepseek-chat",
    { max_completion_tokens: 9 },
    { max_tokens: 9 },
    [["max_completion_tokens", "renamed"]],
  ],
  [
    "Mistral's own names",
    "mistral/mistral-large-latest",
    { seed: 4, max_completion_tokens: 9, logit_bias: { 1: 1 } },
    { random_seed: 4, max_tokens: 9 },
    [
      ["max_completion_tokens", "renamed"],
      ["seed", "renamed"],
      ["logit_bias", "dropped"],
    ],
  ],
  [
    "what xAI refuses",
    "xai/grok-4",
    { frequency_penalty: 1, presence_penalty: 1 },
    {},
    [
      ["presence_penalty", "dropped"],
      ["frequency_penalty", "dropped"],
    ],
  ],
  [
    "stream options of a call that does not stream",
    "openai/gpt-4o",
    { stream_options: { include_usage: true } },
    {},
    [["stream_options", "dropped"]],
  ],
  ["the mode of the primary call", "openai/gpt-4o", { stream: true }, { stream: false }, [["stream", "set"]]],
];

describe("a silent call that does not stream", () => {
  test.each(rows)("%s (%s)", (...[, model, before, after, changes]) => {
    const body = { ...base, ...before };
    const copy = structuredClone(body);
    const result = silentRequest(
      APIS.chat,
      testTarget({ model, ...(model.startsWith("azure/") ? withKey : {}) }),
      body,
      false,
    );
    expect(result.body).toEqual({ ...base, ...after });
    expect(result.changes.map(({ param, action }) => [param, action])).toEqual(changes);
    expect(body).toEqual(copy);
  });
});

describe("a silent call that streams", () => {
  test.each<readonly [string, object, object, readonly Brief[]]>([
    [
      "openai/gpt-4o",
      { stream: true },
      { stream: true, stream_options: { include_usage: true } },
      [["stream_options", "set"]],
    ],
    [
      "openai/gpt-4o",
      { stream: true, stream_options: { include_obfuscation: false } },
      { stream: true, stream_options: { include_obfuscation: false, include_usage: true } },
      [["stream_options", "set"]],
    ],
    [
      "openai/gpt-4o",
      { stream: true, stream_options: { include_usage: true } },
      { stream: true, stream_options: { include_usage: true } },
      [],
    ],
    [
      "mistral/m",
      { stream: true, stream_options: { include_usage: true } },
      { stream: true },
      [["stream_options", "dropped"]],
    ],
    ["mistral/m", { stream: true }, { stream: true }, []],
  ])("%s %o", (model, before, after, changes) => {
    const result = silentRequest(APIS.chat, testTarget({ model }), { ...base, ...before }, true);
    expect(result.body).toEqual({ ...base, ...after });
    expect(result.changes.map(({ param, action }) => [param, action])).toEqual(changes);
  });
});

test.each([
  ["deepseek/deepseek-chat", "system", 1],
  ["openai/gpt-4o", "developer", 0],
  ["anthropic/claude-haiku-4-5", "developer", 0],
])("%s gets the developer's message as %s", (model, role, changes) => {
  const messages = [{ role: "developer", content: "be brief" }, base.messages[0]];
  const result = silentRequest(APIS.chat, testTarget({ model }), { ...base, messages }, false);
  expect(result.body["messages"]).toEqual([{ role, content: "be brief" }, base.messages[0]]);
  expect(result.changes).toHaveLength(changes);
});

test("a wildcard's rules are those of the model in the request", () => {
  const target = testTarget({ modelGroup: "openai/*", model: "openai/*" });
  const result = silentRequest(APIS.chat, target, { ...base, model: "openai/o3", temperature: 0 }, false);
  expect(result.changes).toEqual([
    { param: "temperature", action: "dropped", reason: "openai refuses it for this model" },
  ]);
});

test("reasons name the tools, in short words only", () => {
  const tools = [{ type: "mcp", server_url: "https://secret.example" }, { type: "x y\n" }, { google_search: {} }, 7];
  const { changes } = silentRequest(APIS.chat, testTarget(), { ...base, tools }, false);
  expect(changes[0]?.reason).toBe("acts at the provider: mcp, unnamed, google_search");
});

describe("a Messages request", () => {
  const ask = { model: "m", max_tokens: 9, messages: base.messages, stream: true };
  const silent = (body: object, stream = true) =>
    silentRequest(APIS.messages, testTarget({ model: "anthropic/claude-sonnet-5" }), { ...ask, ...body }, stream);

  test("that has nothing to leave out is the client's own: its usage comes unasked", () => {
    const tools = [
      { name: "f", input_schema: {} },
      { type: "bash_20250124", name: "bash" },
    ];
    const body = {
      tools,
      tool_choice: { type: "any" },
      system: [{ type: "text", text: "s" }],
      thinking: { type: "adaptive" },
    };
    expect(silent(body)).toEqual({ body: { ...ask, ...body }, changes: [] });
  });

  test("loses what acts at the provider, and who asked", () => {
    const f = { name: "f", input_schema: {} };
    const tools = [
      f,
      { type: "web_search_20250305", name: "web_search" },
      { type: "mcp_toolset", mcp_server_name: "s" },
    ];
    const acting = {
      tools,
      tool_choice: { type: "tool", name: "web_search" },
      mcp_servers: [{}],
      container: { skills: [] },
    };
    const { body, changes } = silent({ ...acting, metadata: { user_id: "u" }, service_tier: "auto" });
    expect(body).toEqual({ ...ask, tools: [f] });
    expect(changes.map(({ param, action }) => `${param} ${action}`)).toEqual([
      "tools stripped",
      "tool_choice stripped",
      "mcp_servers stripped",
      "container stripped",
      "metadata stripped",
      "service_tier stripped",
    ]);
  });
});

describe("what a model of Google's signed", () => {
  const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };
  const signed = { ...call, extra_content: { google: { thought_signature: "s" } } };
  const turn = (tool_calls: readonly object[]) => [...base.messages, { role: "assistant", content: null, tool_calls }];

  test("stays out of a chat with anybody else, who would refuse it", () => {
    const { body, changes } = silentRequest(
      APIS.chat,
      testTarget(),
      { ...base, messages: turn([signed, call]) },
      false,
    );
    expect(body["messages"]).toEqual(turn([call, call]));
    expect(changes.map(({ param, action }) => [param, action])).toEqual([["messages", "set"]]);
  });

  test.each(["gemini/gemini-3-pro", "openai/gpt-4o"])("is no change where there is none, to %s", (model) => {
    const body = { ...base, messages: turn([call]) };
    expect(silentRequest(APIS.chat, testTarget({ model }), body, false).changes).toEqual([]);
  });

  test.each([{}, { apiBase: "https://generativelanguage.googleapis.com/v1beta/openai" }])(
    "goes to Google's models, at %o",
    (place) => {
      const body = { ...base, messages: turn([signed]) };
      const sent = silentRequest(APIS.chat, testTarget({ model: "gemini/gemini-3-pro", ...place }), body, false);
      expect(sent.body["messages"]).toEqual(body.messages);
    },
  );

  test("and thoughts that nobody signed stay out of a Messages request to Anthropic, and Anthropic's own go", () => {
    const target = testTarget({ model: "anthropic/claude-sonnet-4-5" });
    const own = { type: "thinking", thinking: "t", signature: "EqQBCg" };
    const use = { type: "tool_use", id: "t", name: "f", input: {} };
    const others = [
      { type: "thinking", thinking: "", signature: "gemini:s" },
      { type: "thinking", thinking: "t", signature: "" },
      { type: "thinking", thinking: "t" },
    ];
    const messages = [
      ...base.messages,
      { role: "assistant", content: others },
      { role: "assistant", content: [...others, own, use] },
      { role: "user", content: "x" },
    ];
    const { body } = silentRequest(APIS.messages, target, { model: "m", max_tokens: 9, messages }, false);
    expect(body["messages"]).toEqual([
      ...base.messages,
      { role: "assistant", content: [own, use] },
      { role: "user", content: "x" },
    ]);
  });
});
