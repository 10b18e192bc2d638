import Anthropic from "@anthropic-ai/sdk";
import { awsSecretOf, type Simulator } from "@understudy/simulator";
import { describeWith, stopAll } from "@understudy/testkit";
import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NewPairs } from "./support/pairs.ts";
import { startSystem, type System } from "./support/system.ts";

afterAll(stopAll);

/** Signed for, in place of a key. */
const AWS = {
  api_key: undefined,
  aws_access_key_id: "AKIABRIDGE",
  aws_secret_access_key: awsSecretOf("AKIABRIDGE"),
  aws_region_name: "us-east-1",
};

/** Each group is mirrored to the next, whose provider speaks another API. */
const PROVIDERS: readonly (readonly [name: string, model: string, base: string, more?: object])[] = [
  ["openai", "openai/gpt-4o", "/v1"],
  ["anthropic", "anthropic/claude-sonnet-4-5", ""],
  ["azure", "azure/gpt-4o", "", { api_version: "v1" }],
  ["ollama", "ollama/llama-3.1-8b", ""],
  ["ollama (num_ctx)", "ollama_chat/llama-3.1-8b", "", { num_ctx: 8192, keep_alive: "30m" }],
  ["compatible", "deepseek/deepseek-chat", "/v1"],
  ["gemini", "gemini/gemini-3-pro", ""],
  ["vertex_ai (Gemini)", "vertex_ai/gemini-3-pro", ""],
  ["vertex_ai (Claude)", "vertex_ai/claude-sonnet-4-5", ""],
  ["openai (Responses alone)", "openai/responses/gpt-4o", "/v1"],
  ["bedrock (Claude)", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "", AWS],
  ["bedrock (Nova)", "bedrock/us.amazon.nova-pro-v1:0", "", AWS],
];
const NAMES = PROVIDERS.map(([name]) => name);

function config(providerUrl: string, { googleTokens }: Simulator): string {
  const model_list = PROVIDERS.map(([model_name, model, base, more], index) => ({
    model_name,
    litellm_params: {
      model,
      api_base: providerUrl + base,
      api_key: "sk-test-provider-key",
      silent_model: NAMES[(index + 1) % NAMES.length],
      ...(model.startsWith("vertex_ai/")
        ? { api_key: undefined, vertex_credentials: googleTokens.serviceAccount(providerUrl) }
        : {}),
      ...more,
    },
  }));
  return JSON.stringify({ model_list });
}

const QUESTION = "What is the weather in Paris?";
const WEATHER = { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] };
const TOOL = { name: "get_weather", description: "The weather in a city" };
const RESULT = "Sunny, 21 degrees.";

interface Called {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
  /** Asks on, with the tool's result, and reads the streamed answer. */
  readonly goOn: () => Promise<string>;
}

/** Asks for the weather, and is asked for the tool. */
type Client = (url: string, model: string) => Promise<Called>;

const openai = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: "sk-test", maxRetries: 0 });

const CLIENTS: Readonly<Record<"chat" | "responses" | "messages", Client>> = {
  async chat(url, model) {
    const tools = [{ type: "function" as const, function: { ...TOOL, parameters: WEATHER } }];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: QUESTION }];
    const { choices } = await openai(url).chat.completions.create({ model, messages, tools, max_tokens: 300 });
    const message = choices[0]?.message;
    const [call] = message?.tool_calls ?? [];
    if (message === undefined || call?.type !== "function") throw new Error("no tool was called");
    const answer = { role: "tool" as const, tool_call_id: call.id, content: RESULT };
    return {
      id: call.id,
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments) as unknown,
      async goOn() {
        const asked = { model, messages: [...messages, message, answer], tools, max_tokens: 300 };
        return (await openai(url).chat.completions.stream(asked).finalContent()) ?? "";
      },
    };
  },
  async responses(url, model) {
    const tools = [{ type: "function" as const, ...TOOL, parameters: WEATHER, strict: false }];
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: "user", content: QUESTION }];
    const { output } = await openai(url).responses.create({ model, input, tools, store: false });
    const call = output.find((item) => item.type === "function_call");
    if (call === undefined) throw new Error("no tool was called");
    const answer = { type: "function_call_output" as const, call_id: call.call_id, output: RESULT };
    return {
      id: call.call_id,
      name: call.name,
      arguments: JSON.parse(call.arguments) as unknown,
      async goOn() {
        const asked = { model, input: [...input, call, answer], tools, store: false };
        return (await openai(url).responses.stream(asked).finalResponse()).output_text;
      },
    };
  },
  async messages(url, model) {
    const client = new Anthropic({ baseURL: url, apiKey: "sk-test", maxRetries: 0 });
    const tools = [{ ...TOOL, input_schema: WEATHER }];
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: QUESTION }];
    const { content } = await client.messages.create({ model, messages, tools, max_tokens: 300 });
    const call = content.find((block) => block.type === "tool_use");
    if (call === undefined) throw new Error("no tool was called");
    const answer = { type: "tool_result" as const, tool_use_id: call.id, content: RESULT };
    return {
      id: call.id,
      name: call.name,
      arguments: call.input,
      goOn() {
        const turns = [
          ...messages,
          { role: "assistant" as const, content },
          { role: "user" as const, content: [answer] },
        ];
        return client.messages.stream({ model, messages: turns, tools, max_tokens: 300 }).finalText();
      },
    };
  },
};

/** The API that a path of the provider is of. */
function apiOf(path: string): string {
  if (path.includes("/chat/completions")) return "chat";
  if (path.includes(":generateContent")) return "generateContent";
  if (path.includes("/converse")) return "converse";
  if (path.includes("/api/chat")) return "ollama";
  return path.includes("/responses") ? "responses" : "messages";
}

await describeWith(
  { redis: true, postgres: true },
  "a conversation with a tool and a streamed answer, from each API to each provider, mirrored to the next",
  () => {
    let system: System;
    let pairs: NewPairs;
    const matrix: Record<string, string[]> = {};

    beforeAll(async () => {
      system = await startSystem({ config });
      pairs = new NewPairs(system.url);
    }, 120_000);

    const cases = Object.keys(CLIENTS).flatMap((client) => NAMES.map((name) => [client, name] as const));

    test.each(cases)("from a client of %s to %s", async (client, name) => {
      const from = system.simulator.requests().length;
      const ask = CLIENTS[client as keyof typeof CLIENTS];
      const called = await ask(system.url, name);
      expect(called).toMatchObject({ name: "get_weather", arguments: { city: "Paris" } });
      const said = await called.goOn();
      expect(said).toContain("21 degrees");
      const both = await pairs.next(2);
      for (const { primary, silent } of both) {
        expect(primary).toMatchObject({ operation: client, status: "ok", model_group: name });
        expect(silent).toMatchObject({ operation: client, status: "ok" });
        expect(silent?.usage?.output_tokens).toBeGreaterThan(0);
      }
      expect(both.map(({ silent }) => silent?.answer?.tool_calls[0]?.name)).toEqual(["get_weather", undefined]);
      expect(both[1]?.silent?.answer?.text).toContain("21 degrees");
      const asked = system.simulator.requests().slice(from);
      const first = asked.find(({ path }) => path !== "/google/token");
      (matrix[client] ??= []).push(apiOf(first?.path ?? ""));
    });

    test("is what docs/bridge.md shows", () => {
      const page = readFileSync("docs/bridge.md", "utf8").split("\n");
      const cellsOf = (line: string) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim());
      const start = page.findIndex((line) => cellsOf(line)[0] === "client of");
      expect(cellsOf(page[start] ?? "").slice(1)).toEqual(NAMES);
      const rows = page.slice(start + 2, start + 2 + cases.length / NAMES.length).map(cellsOf);
      const shown = Object.entries(matrix).map(([client, apis]) => {
        return [client, ...apis.map((api) => (api === client ? "as it is" : `over ${api}`))];
      });
      expect(rows).toEqual(shown);
    });
  },
);
