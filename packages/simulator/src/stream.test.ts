import { afterAll, beforeAll, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";
import { chunksOf, eventsOf, joined, post, question, textOf } from "./client.fixture.ts";

const simulator = createSimulator();
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());

const QUESTION = "How should a bakery choose its bread?";

test("streams role, words, finish and the end mark, and the same text as a plain answer", async () => {
  const response = await post(url, question("gpt-4o", QUESTION, { stream: true }));
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const events = await eventsOf(response);
  expect(events.at(-1)).toBe("[DONE]");
  const chunks = await chunksOf(post(url, question("gpt-4o", QUESTION, { stream: true })));
  expect(chunks[0]).toMatchObject({ object: "chat.completion.chunk", choices: [{ delta: { role: "assistant" } }] });
  expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
  expect(chunks.length).toBeGreaterThan(8);
  expect(chunks[0]).not.toHaveProperty("usage");
  expect(joined(chunks)).toBe(await textOf(url, question("gpt-4o", QUESTION)));
});

test("ends with usage when it is asked for", async () => {
  const chunks = await chunksOf(
    post(url, question("gpt-4o", QUESTION, { stream: true, stream_options: { include_usage: true } })),
  );
  expect(chunks[0]?.usage).toBeNull();
  expect(chunks.at(-1)?.choices).toEqual([]);
  // Role, finish and usage carry no token.
  expect(chunks.at(-1)?.usage?.completion_tokens).toBe(chunks.length - 3);
});

test("several choices take turns", async () => {
  const chunks = await chunksOf(post(url, question("gpt-4o", QUESTION, { stream: true, n: 2 })));
  expect(chunks.slice(0, 2).map((chunk) => chunk.choices[0]?.index)).toEqual([0, 1]);
  expect(joined(chunks, 0)).not.toBe("");
  expect(joined(chunks, 1)).not.toBe("");
});

test("Azure's stream begins with a chunk without choices", async () => {
  const path = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
  const body = question("ignored", QUESTION, { stream: true });
  const chunks = await chunksOf(post(url, body, { path, headers: { "api-key": "azure-test-key" } }));
  expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
  expect(joined(chunks)).toBe(await textOf(url, question("gpt-4o", QUESTION)));
});

test("Japanese is streamed sign by sign", async () => {
  const chunks = await chunksOf(post(url, question("gpt-4o", "観葉植物の育て方を教えてください。", { stream: true })));
  expect(chunks.length).toBeGreaterThan(15);
});
