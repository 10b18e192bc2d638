import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { Agent, OpenAIProvider, Runner, tool } from "@openai/agents";
import type { ExperimentDetail } from "@understudy/store";
import { describeWith, stopAll } from "@understudy/testkit";
import { embedMany, generateText, jsonSchema, Output, streamText, type ToolSet } from "ai";
import Groq from "groq-sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asClaudeCode, asCodex, BETAS, CACHED, claudeCodeBody, readMessage } from "./support/coding-agents.ts";
import { expectPair, groupsOfEachProvider, NewPairs } from "./support/pairs.ts";
import { allPairs, getJson, startSystem, type System } from "./support/system.ts";

afterAll(stopAll);

const KEY = "sk-test-client-key";
const PROMPT = "What is 2 plus 3?";
const WEATHER = "What is the weather in Lisbon?";
const CITY = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city" as const],
  additionalProperties: false as const,
};
const AI_TOOLS: ToolSet = {
  get_weather: { description: "Current weather for a city", inputSchema: jsonSchema(CITY) },
};

await describeWith(
  { redis: true, postgres: true },
  "a client that people use changes its base URL and its key, and each answer is a pair",
  () => {
    let system: System;
    let pairs: NewPairs;

    beforeAll(async () => {
      const config = (providerUrl: string) =>
        `${groupsOfEachProvider(providerUrl)}\ngeneral_settings:\n  master_key: ${KEY}\n`;
      system = await startSystem({ config });
      pairs = new NewPairs(system.url, KEY);
    }, 60_000);

    test("the AI SDK by OpenAI's default, Responses: plain, streamed, with a tool, with a schema", async () => {
      const model = createOpenAI({ baseURL: `${system.url}/v1`, apiKey: KEY })("gpt");
      expect((await generateText({ model, prompt: PROMPT })).text).toContain("5");
      await expectPair(pairs, { api: "responses", stream: false });
      expect(await streamText({ model, prompt: PROMPT }).text).toContain("5");
      await expectPair(pairs, { api: "responses", stream: true });
      const { toolCalls } = await generateText({ model, prompt: WEATHER, tools: AI_TOOLS });
      expect(toolCalls).toMatchObject([{ toolName: "get_weather", input: { city: "Lisbon" } }]);
      await expectPair(pairs, { api: "responses", stream: false, text: null });
      const output = Output.object({ schema: jsonSchema<{ city: string }>(CITY) });
      expect((await generateText({ model, prompt: WEATHER, output })).output).toHaveProperty("city");
      await expectPair(pairs, { api: "responses", stream: false, text: /city/ });
    });

    test("the AI SDK by Anthropic's default: plain, streamed, with a tool", async () => {
      const model = createAnthropic({ baseURL: `${system.url}/v1`, apiKey: KEY })("claude");
      expect((await generateText({ model, prompt: PROMPT })).text).toContain("5");
      await expectPair(pairs, { api: "messages", stream: false });
      expect(await streamText({ model, prompt: PROMPT }).text).toContain("5");
      await expectPair(pairs, { api: "messages", stream: true });
      const { toolCalls } = await generateText({ model, prompt: WEATHER, tools: AI_TOOLS });
      expect(toolCalls).toMatchObject([{ toolName: "get_weather", input: { city: "Lisbon" } }]);
      await expectPair(pairs, { api: "messages", stream: false, text: null });
    });

    test("LangChain's ChatOpenAI, plain and streamed, by chat and by Responses", async () => {
      const configuration = { baseURL: `${system.url}/v1` };
      for (const api of ["chat", "responses"] as const) {
        const model = new ChatOpenAI({
          model: "gpt",
          apiKey: KEY,
          configuration,
          useResponsesApi: api === "responses",
        });
        expect((await model.invoke(PROMPT)).text).toContain("5");
        await expectPair(pairs, { api, stream: false });
        let text = "";
        for await (const chunk of await model.stream(PROMPT)) text += chunk.text;
        expect(text).toContain("5");
        await expectPair(pairs, { api, stream: true });
      }
    });

    test("LangChain's ChatAnthropic, plain and streamed", async () => {
      const model = new ChatAnthropic({ model: "claude", apiKey: KEY, anthropicApiUrl: system.url });
      expect((await model.invoke(PROMPT)).text).toContain("5");
      await expectPair(pairs, { api: "messages", stream: false });
      let text = "";
      for await (const chunk of await model.stream(PROMPT)) text += chunk.text;
      expect(text).toContain("5");
      await expectPair(pairs, { api: "messages", stream: true });
    });

    test("an agent of OpenAI's Agents SDK, plain, streamed, and with a tool that it calls", async () => {
      const modelProvider = new OpenAIProvider({ baseURL: `${system.url}/v1`, apiKey: KEY });
      const runner = new Runner({ modelProvider, tracingDisabled: true });
      const adder = new Agent({ name: "Adder", instructions: "You add.", model: "gpt" });
      expect((await runner.run(adder, PROMPT)).finalOutput).toContain("5");
      await expectPair(pairs, { api: "responses", stream: false });
      const streamed = await runner.run(adder, PROMPT, { stream: true });
      await streamed.completed;
      expect(streamed.finalOutput).toContain("5");
      await expectPair(pairs, { api: "responses", stream: true });
      const asked: unknown[] = [];
      const get_weather = tool({
        name: "get_weather",
        description: "Current weather for a city",
        parameters: CITY,
        strict: true,
        execute: (input) => {
          asked.push(input);
          return "Sunny";
        },
      });
      const forecaster = new Agent({
        name: "Forecaster",
        model: "gpt",
        tools: [get_weather],
        toolUseBehavior: "stop_on_first_tool",
      });
      await runner.run(forecaster, WEATHER);
      expect(asked).toEqual([{ city: "Lisbon" }]);
      await expectPair(pairs, { api: "responses", stream: false, text: null });
    });

    test("groq-sdk, which asks under /openai/v1, plain and streamed", async () => {
      const groq = new Groq({ baseURL: system.url, apiKey: KEY, maxRetries: 0 });
      const messages = [{ role: "user" as const, content: PROMPT }];
      const plain = await groq.chat.completions.create({ model: "gpt", messages });
      expect(plain.choices[0]?.message.content).toContain("5");
      await expectPair(pairs, { api: "chat", stream: false });
      let text = "";
      const stream = await groq.chat.completions.create({ model: "gpt", messages, stream: true });
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
      expect(text).toContain("5");
      await expectPair(pairs, { api: "chat", stream: true });
      expect((await groq.models.list()).data.map(({ id }) => id)).toContain("gpt");
    });

    test("requests like Claude Code's: streamed, with tools, cache breakpoints, betas and thinking", async () => {
      const first = await readMessage(await asClaudeCode(system.url, KEY, "messages", claudeCodeBody(PROMPT)));
      expect(first).toMatchObject({ stop_reason: "end_turn", text: "5", thinks: true });
      const pair = await expectPair(pairs, { api: "messages", stream: true });
      for (const { usage } of [pair.primary, pair.silent ?? pair.primary]) {
        expect(usage?.cached_tokens).toBeGreaterThan(0);
        expect(usage?.cache_write_tokens).toBeGreaterThan(0);
        expect(usage?.reasoning_tokens).toBeGreaterThan(0);
      }
      expect(pair.silent?.changes.map(({ param }) => param)).toEqual(["metadata"]);
      const sent = system.simulator.requests().slice(-2);
      expect(sent.map(({ headers }) => headers["anthropic-beta"])).toEqual([BETAS, BETAS]);
      expect(sent.map(({ headers }) => headers["anthropic-version"])).toEqual(["2023-06-01", "2023-06-01"]);
      expect(sent.flatMap(({ headers }) => Object.keys(headers))).not.toContain("x-claude-code-session-id");

      const called = [
        { type: "thinking", thinking: "I read it.", signature: "c2lnbmF0dXJl" },
        { type: "tool_use", id: "toolu_1", name: "Read", input: { file_path: "/notes" } },
      ];
      const result = { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "Sunny" }] };
      const goesOn = claudeCodeBody(PROMPT, [
        { role: "assistant", content: called },
        { role: "user", content: [{ ...result, cache_control: CACHED }] },
      ]);
      const second = await readMessage(await asClaudeCode(system.url, KEY, "messages", goesOn));
      expect(second.text).toContain("Sunny");
      await expectPair(pairs, { api: "messages", stream: true, text: /Sunny/ });
    });

    test("what Claude Code asks beside: who is there, which models, how many tokens", async () => {
      expect((await fetch(`${system.url}/api/hello`, { method: "HEAD" })).status).toBe(200);
      const headers = { authorization: `Bearer ${KEY}`, "anthropic-version": "2023-06-01" };
      const models = await fetch(`${system.url}/v1/models?limit=1000`, { headers });
      const named = expect.arrayContaining([expect.objectContaining({ id: "claude" })]) as unknown;
      expect(await models.json()).toMatchObject({ data: named });
      const { system: prompt, tools, messages, thinking } = claudeCodeBody(PROMPT);
      const counted = await asClaudeCode(system.url, KEY, "messages/count_tokens", {
        model: "claude",
        system: prompt,
        tools,
        messages,
        thinking,
      });
      expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) as number });
    });

    test("requests like Codex's: developer messages, tools in a group, a search that only the primary may do", async () => {
      const response = await asCodex(system.url, KEY, PROMPT);
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text).toContain("event: response.output_item.done");
      expect(text).toContain("event: response.completed");
      // One model could search and the other could not.
      const notComparable = ["tools_stripped"];
      const pair = await expectPair(pairs, { api: "responses", stream: true, text: /\d/, notComparable });
      expect(pair.silent?.changes.map(({ param }) => param)).toEqual(["tools", "prompt_cache_key", "client_metadata"]);
    });

    test("embeddings of openai (base64 unless asked otherwise), the AI SDK and LangChain are the same numbers", async () => {
      const baseURL = `${system.url}/v1`;
      const openai = new OpenAI({ baseURL, apiKey: KEY, maxRetries: 0 });
      const input = ["A cat sat down.", "Two dogs ran."];
      const byDefault = (await openai.embeddings.create({ model: "gpt", input })).data.map(
        ({ embedding }) => embedding,
      );
      const pair = { api: "embeddings" as const, stream: false, vectors: 2 };
      await expectPair(pairs, pair);
      const asFloats = await openai.embeddings.create({ model: "gpt", input, encoding_format: "float" });
      await expectPair(pairs, pair);
      const model = createOpenAI({ baseURL, apiKey: KEY }).embedding("gpt");
      const byAi = (await embedMany({ model, values: input })).embeddings;
      await expectPair(pairs, pair);
      const byLangChain = await new OpenAIEmbeddings({
        model: "gpt",
        apiKey: KEY,
        configuration: { baseURL },
      }).embedDocuments(input);
      await expectPair(pairs, pair);
      for (const vectors of [asFloats.data.map(({ embedding }) => embedding), byAi, byLangChain]) {
        expect(vectors).toHaveLength(2);
        for (const [index, vector] of vectors.entries()) {
          expect(vector).toHaveLength(byDefault[index]?.length ?? 0);
          for (const [at, number] of vector.entries()) expect(number).toBeCloseTo(byDefault[index]?.[at] ?? NaN, 5);
        }
      }
    });

    test("no answer left more than its pair, and none was passed over", async () => {
      for (const experiment of ["gpt~gpt-next", "claude~claude-next"]) {
        const url = `${system.url}/api/experiments/${encodeURIComponent(experiment)}`;
        const { counts } = await getJson<ExperimentDetail>(url, KEY);
        expect(counts).toMatchObject({ pending: 0, failed: 0, lost: 0, dropped: {}, skipped: {} });
      }
      expect(await allPairs(system.url, KEY)).toHaveLength(pairs.count);
    });
  },
);
