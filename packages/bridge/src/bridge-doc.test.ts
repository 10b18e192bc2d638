import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHANGES_QUESTION, type SpokenApi, type Via } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { CannotCarryError } from "./asked/asked.ts";
import { across } from "./bridge.fixture.ts";
import { WIRES } from "./wires.fixture.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/bridge.md"), "utf8");

const TOOL = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
const SCHEMA = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const PNG = "iVBORw0KGgo=";
const PDF = "JVBERi0=";

const user = (...content: readonly object[]): object => ({ messages: [{ role: "user", content }] });
const input = (...content: readonly object[]): object => ({ input: [{ role: "user", content }] });
const said = { role: "user", content: "Hi" };

/** What a request may hold, by client: the name in the page, and a body that has it. */
const HELD: Readonly<Record<SpokenApi, Readonly<Record<string, object>>>> = {
  chat: {
    image: user({ type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } }),
    "image by address": user({ type: "image_url", image_url: { url: "https://example.com/a.png" } }),
    PDF: user({ type: "file", file: { file_data: `data:application/pdf;base64,${PDF}`, filename: "a.pdf" } }),
    audio: user({ type: "input_audio", input_audio: { data: PNG, format: "wav" } }),
    file_id: user({ type: "file", file: { file_id: "file-1" } }),
    cache_control: user({ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }),
    thinking_blocks: {
      messages: [
        said,
        { role: "assistant", content: "Hm", thinking_blocks: [{ type: "thinking", thinking: "x", signature: "s" }] },
        said,
      ],
    },
    tools: { tools: [TOOL] },
    "tools: custom": { tools: [{ type: "custom", custom: { name: "c" } }] },
    tool_choice: { tools: [TOOL], tool_choice: "required" },
    "tool_choice: allowed_tools": {
      tools: [TOOL],
      tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [TOOL] } },
    },
    parallel_tool_calls: { tools: [TOOL], parallel_tool_calls: false },
    "response_format: json_schema": {
      response_format: { type: "json_schema", json_schema: { name: "a", schema: SCHEMA } },
    },
    "response_format: json_object": { response_format: { type: "json_object" } },
    max_tokens: { max_tokens: 9 },
    temperature: { temperature: 0.5 },
    top_p: { top_p: 0.5 },
    top_k: { top_k: 5 },
    stop: { stop: ["x"] },
    seed: { seed: 1 },
    verbosity: { verbosity: "low" },
    presence_penalty: { presence_penalty: 0.5 },
    frequency_penalty: { frequency_penalty: 0.5 },
    reasoning_effort: { reasoning_effort: "low" },
    thinking: { thinking: { type: "enabled", budget_tokens: 2048 } },
    logit_bias: { logit_bias: { 5: 1 } },
    user: { user: "u" },
    metadata: { metadata: { a: "b" } },
    service_tier: { service_tier: "flex" },
    prompt_cache_key: { prompt_cache_key: "k" },
    safety_identifier: { safety_identifier: "s" },
    prediction: { prediction: { type: "content", content: "x" } },
    store: { store: true },
    n: { n: 2 },
    logprobs: { logprobs: true },
    "audio (answer)": { audio: { voice: "alloy", format: "wav" } },
    functions: { functions: [{ name: "f" }] },
    web_search_options: { web_search_options: {} },
  },
  responses: {
    input_image: input({ type: "input_image", image_url: `data:image/png;base64,${PNG}` }),
    input_file: input({ type: "input_file", file_data: `data:application/pdf;base64,${PDF}`, filename: "a.pdf" }),
    file_id: input({ type: "input_file", file_id: "file-1" }),
    "reasoning items": { input: [said, { type: "reasoning", id: "rs_1", summary: [] }] },
    item_reference: { input: [{ type: "item_reference", id: "msg_1" }] },
    tools: { tools: [{ type: "function", name: "f", parameters: {} }] },
    "tools: custom": { tools: [{ type: "custom", name: "c" }] },
    "tools: namespace": { tools: [{ type: "namespace", name: "n", tools: [{ type: "function", name: "f" }] }] },
    "tools: web_search": { tools: [{ type: "web_search" }] },
    "text.format: json_schema": { text: { format: { type: "json_schema", name: "a", schema: SCHEMA } } },
    "text.verbosity": { text: { verbosity: "low" } },
    max_output_tokens: { max_output_tokens: 9 },
    temperature: { temperature: 0.5 },
    "reasoning.effort": { reasoning: { effort: "low" } },
    parallel_tool_calls: { tools: [{ type: "function", name: "f" }], parallel_tool_calls: false },
    truncation: { truncation: "auto" },
    metadata: { metadata: { a: "b" } },
    max_tool_calls: { max_tool_calls: 3 },
    client_metadata: { client_metadata: {} },
    previous_response_id: { previous_response_id: "resp_1" },
    conversation: { conversation: "conv_1" },
    background: { background: true },
    prompt: { prompt: { id: "p" } },
  },
  messages: {
    image: user({ type: "image", source: { type: "base64", media_type: "image/png", data: PNG } }),
    "image by address": user({ type: "image", source: { type: "url", url: "https://example.com/a.png" } }),
    "document: PDF": user({ type: "document", source: { type: "base64", media_type: "application/pdf", data: PDF } }),
    "document: text": user({ type: "document", source: { type: "text", media_type: "text/plain", data: "Ho" } }),
    file: user({ type: "document", source: { type: "file", file_id: "file-1" } }),
    search_result: user({ type: "search_result", source: "x", title: "x", content: [{ type: "text", text: "Ho" }] }),
    cache_control: user({ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }),
    thinking: {
      messages: [said, { role: "assistant", content: [{ type: "thinking", thinking: "x", signature: "s" }] }, said],
    },
    tools: { tools: [{ name: "f", input_schema: { type: "object" } }] },
    "tools: web_search_20250305": { tools: [{ type: "web_search_20250305", name: "web_search" }] },
    tool_choice: {
      tools: [{ name: "f", input_schema: {} }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    },
    "output_config.format": { output_config: { format: { type: "json_schema", schema: SCHEMA } } },
    "output_config.effort": { output_config: { effort: "low" } },
    "thinking (parameter)": { thinking: { type: "enabled", budget_tokens: 2048 } },
    temperature: { temperature: 0.5 },
    top_k: { top_k: 5 },
    stop_sequences: { stop_sequences: ["x"] },
    metadata: { metadata: { user_id: "u" } },
    service_tier: { service_tier: "auto" },
    context_management: { context_management: { edits: [] } },
    mcp_servers: { mcp_servers: [{ name: "x", type: "url", url: "https://example.com" }] },
    container: { container: "c" },
  },
};

const BASE: Readonly<Record<SpokenApi, object>> = {
  chat: { messages: [said] },
  responses: { input: "Hi" },
  messages: { messages: [said], max_tokens: 4096 },
};

const MODELS: Readonly<Record<Via, string>> = {
  chat: "llama-3",
  responses: "gpt-5.6",
  messages: "claude-sonnet-4-5",
  gemini: WIRES.gemini.model,
  converse: WIRES.converse.model,
  ollama: WIRES.ollama.model,
};
const VIAS = Object.keys(MODELS) as readonly Via[];

/** What becomes of it: ours and the package's notes of it count, the cap that Anthropic wants apart. */
async function outcome(client: SpokenApi, via: Via, held: object): Promise<string> {
  const body = { model: "m", ...BASE[client], ...held };
  try {
    const { changes, sent } = await across({ api: client, via, body, model: MODELS[via] });
    const bare = await across({ api: client, via, body: { model: "m", ...BASE[client] }, model: MODELS[via] });
    const noted = changes.filter(({ reason }) => !reason.startsWith("Anthropic wants one"));
    const lost = noted
      .filter(({ action }) => action === "dropped")
      .map(({ param }) => /^[^.[]*/.exec(param)?.[0] ?? "");
    expect(lost.filter((param) => !Object.hasOwn(CHANGES_QUESTION, param))).toEqual([]);
    if (noted.length === 0) return JSON.stringify(sent) === JSON.stringify(bare.sent) ? "LOST" : "carried";
    return lost.length > 0 ? "left out" : "changed";
  } catch (error) {
    if (error instanceof CannotCarryError) return "refused";
    throw error;
  }
}

describe.each(Object.keys(HELD) as SpokenApi[])("docs/bridge.md shows what becomes of a request in %s", (client) => {
  test("at each other", async () => {
    const others = VIAS.filter((via) => via !== client);
    const rows = [];
    for (const [name, held] of Object.entries(HELD[client])) {
      const cells = [];
      for (const via of others) cells.push(await outcome(client, via, held));
      rows.push([`\`${name}\``, ...cells]);
    }
    const [heading, ...shown] = tableOf(`of a ${client} request`);
    expect(heading?.slice(1)).toEqual(others);
    expect(shown).toEqual(rows);
  });
});

function tableOf(heading: string): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => cellsOf(line)[0] === heading);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  const [titles = "", _rule, ...rows] = lines.slice(start, start + length);
  return [titles, ...rows].map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
