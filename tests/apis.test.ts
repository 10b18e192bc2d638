import Anthropic from "@anthropic-ai/sdk";
import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import OpenAI, { AzureOpenAI } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectPair, groupsOfEachProvider, NewPairs } from "./support/pairs.ts";
import { startSystem, type System } from "./support/system.ts";

afterAll(stopAll);

const KEY = "sk-test-client-key";
const PROMPT = "What is 2 plus 3?";
const SENTENCES = [
  "Paris is the capital of France.",
  "The capital of France is Paris, on the Seine.",
  "Rome is the capital of Italy.",
  "Add two eggs and whisk until stiff.",
  "Whisk the eggs with the sugar until stiff.",
  "The train to Lyon leaves at nine.",
];
const messages = [{ role: "user" as const, content: PROMPT }];

await describeWith(
  { redis: true, postgres: true },
  "a client changes its base URL and its key, and each answer is a pair",
  () => {
    let system: System;
    let pairs: NewPairs;

    beforeAll(async () => {
      system = await startSystem({ config: groupsOfEachProvider });
      pairs = new NewPairs(system.url);
    }, 120_000);

    const openai = () => new OpenAI({ baseURL: `${system.url}/v1`, apiKey: KEY, maxRetries: 0 });
    const azure = () =>
      new AzureOpenAI({
        endpoint: system.url,
        apiKey: KEY,
        apiVersion: "2024-10-21",
        deployment: "gpt",
        maxRetries: 0,
      });
    const anthropic = () => new Anthropic({ baseURL: system.url, apiKey: KEY, maxRetries: 0 });

    test("OpenAI's chat completions, plain and streamed, and by Azure's client", async () => {
      const plain = await openai().chat.completions.create({ model: "gpt", messages });
      expect(plain.choices[0]?.message.content).toContain("5");
      await expectPair(pairs, { api: "chat", stream: false });
      const stream = await openai().chat.completions.create({ model: "gpt", messages, stream: true });
      let text = "";
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
      expect(text).toContain("5");
      await expectPair(pairs, { api: "chat", stream: true });
      const byAzure = await azure().chat.completions.create({ model: "gpt", messages });
      expect(byAzure.choices[0]?.message.content).toContain("5");
      await expectPair(pairs, { api: "chat", stream: false });
    });

    test("OpenAI's Responses, plain and streamed, and by Azure's client", async () => {
      const plain = await openai().responses.create({ model: "gpt", input: PROMPT });
      expect(plain.output_text).toContain("5");
      const { silent } = await expectPair(pairs, { api: "responses", stream: false });
      expect(silent?.changes).toContainEqual(expect.objectContaining({ param: "store", action: "set" }));
      const stream = await openai().responses.create({ model: "gpt", input: PROMPT, stream: true });
      let text = "";
      for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
      expect(text).toContain("5");
      await expectPair(pairs, { api: "responses", stream: true });
      const byAzure = await azure().responses.create({ model: "gpt", input: PROMPT });
      expect(byAzure.output_text).toContain("5");
      await expectPair(pairs, { api: "responses", stream: false });
    });

    test("OpenAI's text completions, plain and streamed", async () => {
      const plain = await openai().completions.create({ model: "gpt", prompt: PROMPT });
      expect(plain.choices[0]?.text).toContain("5");
      await expectPair(pairs, { api: "completions", stream: false });
      const stream = await openai().completions.create({ model: "gpt", prompt: PROMPT, stream: true });
      let text = "";
      for await (const { choices } of stream) text += choices[0]?.text ?? "";
      expect(text).toContain("5");
      await expectPair(pairs, { api: "completions", stream: true });
    });

    test("OpenAI's embeddings, in base64 unless asked otherwise: no vector is kept, and the rankings are compared", async () => {
      for (const more of [{}, { encoding_format: "float" as const, dimensions: 64 }]) {
        const { data } = await openai().embeddings.create({ model: "gpt", input: SENTENCES, ...more });
        expect(data.map(({ embedding }) => embedding.length)).toEqual(SENTENCES.map(() => data[0]?.embedding.length));
        const pair = await expectPair(pairs, { api: "embeddings", stream: false, vectors: SENTENCES.length });
        expect(pair.comparison).toMatchObject({
          kind: "embeddings",
          inputs_ranked: SENTENCES.length,
          vectors_whole: { primary: true, silent: true },
          dimensions_match: true,
        });
        // Two models agree on what is alike, and not on how much.
        expect(pair.comparison?.rank_correlation).toBeGreaterThan(0.5);
        expect(pair.comparison?.rank_correlation).toBeLessThan(1);
        expect(pair.primary.answer?.vectors?.similarities).not.toBe(pair.silent?.answer?.vectors?.similarities);
        expect(JSON.stringify(pair).length).toBeLessThan(12_000);
        const sent = system.simulator.requests().slice(-2);
        expect(sent.map(({ body }) => body)).toMatchObject([
          { model: "gpt-3.5-turbo", input: SENTENCES },
          { model: "gpt-4o", input: SENTENCES },
        ]);
      }
    });

    test("an embedding of one text has its pair as well: time, tokens and cost, and nothing to rank", async () => {
      await azure().embeddings.create({ model: "gpt", input: PROMPT });
      const { comparison } = await expectPair(pairs, { api: "embeddings", stream: false, vectors: 1 });
      expect(comparison).toMatchObject({ kind: "unranked_embeddings", agrees: null, rank_correlation: null });
      expect(comparison?.cost_ratio).toBeGreaterThan(0);
    });

    test("Anthropic's Messages, plain and streamed, with the headers that say their version", async () => {
      const asked = { model: "claude", max_tokens: 200, messages };
      const plain = await anthropic().messages.create(asked, { headers: { "anthropic-beta": "test-beta-2026-01-01" } });
      expect(plain.content).toContainEqual(expect.objectContaining({ type: "text" }));
      await expectPair(pairs, { api: "messages", stream: false });
      const sent = system.simulator.requests().slice(-2);
      expect(sent.map(({ headers }) => headers["anthropic-beta"])).toEqual([
        "test-beta-2026-01-01",
        "test-beta-2026-01-01",
      ]);
      const streamed = await anthropic().messages.stream(asked).finalText();
      expect(streamed).toContain("5");
      await expectPair(pairs, { api: "messages", stream: true });
    });

    test("an error has the shape of the client's API, whose own it is", async () => {
      const unknown = { model: "nobody", max_tokens: 1, messages };
      await expect(anthropic().messages.create(unknown)).rejects.toMatchObject({
        status: 404,
        error: {
          type: "error",
          error: { type: "not_found_error", message: expect.stringContaining("nobody") as string },
        },
      });
      await expect(openai().completions.create({ model: "claude", prompt: PROMPT })).rejects.toMatchObject({
        status: 400,
        code: "api_not_spoken",
        message: expect.stringContaining("/v1/messages") as string,
      });
    });

    test("tokens are counted, by the deployment or by an estimate", async () => {
      const counted = await anthropic().messages.countTokens({ model: "claude", messages });
      expect(counted.input_tokens).toBeGreaterThan(0);
      const response = await fetch(`${system.url}/v1/responses/input_tokens`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "gpt", input: PROMPT }),
      });
      expect(await response.json()).toMatchObject({
        object: "response.input_tokens",
        input_tokens: expect.any(Number) as number,
      });
    });

    test("an answer that is kept is read back and deleted, and one that nobody keeps is told of", async () => {
      const { id } = await openai().responses.create({ model: "gpt", input: PROMPT, store: true });
      await expectPair(pairs, { api: "responses", stream: false });
      expect((await openai().responses.retrieve(id)).output_text).toContain("5");
      await openai().responses.delete(id);
      await expect(openai().responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
      await expect(openai().responses.retrieve("../models")).rejects.toMatchObject({ status: 404 });
    });

    test("what leans on the primary's provider is served, and not mirrored", async () => {
      const first = await openai().responses.create({ model: "gpt", input: PROMPT });
      await expectPair(pairs, { api: "responses", stream: false });
      await openai().responses.create({ model: "gpt", input: "And 3 plus 4?", previous_response_id: first.id });
      const skipped = await pollUntil(
        async () => {
          const response = await fetch(`${system.url}/api/experiments/${encodeURIComponent("gpt~gpt-next")}`);
          return ((await response.json()) as { counts: { skipped: Readonly<Record<string, number>> } }).counts.skipped;
        },
        { what: "a skipped request", until: (counts) => Object.keys(counts).length > 0 },
      );
      expect(skipped).toEqual({ stateful: 1 });
    });
  },
);
