import { readVectors } from "@understudy/apis";
import { describe, expect, test } from "vitest";
import { ask, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const embedding = { role: "embedding", operation: "embeddings", persist: false } as const;
const input = { body: { model: "embed", input: ["The cat sat.", "The cat sits.", "Quarterly tax forms"] } };

describe("an embeddings call", () => {
  test("has its record, with tokens and cost and without an answer's text", async () => {
    const router = fixture.router([
      ["embed", "sim-embedding", { input_cost_per_token: 0.5, output_cost_per_token: 0, temperature: 1 }],
    ]);
    const { record, text } = await ask(router, "embed", { ...embedding, ...input });
    expect(record).toMatchObject({
      status: "ok",
      role: "embedding",
      operation: "embeddings",
      is_silent_experiment: false,
      answer: { text: null, tool_calls: [], choices: 3, vectors: { count: 3, dimensions: 256, taken: 3 } },
      error: null,
      response_model: "sim-embedding",
      changes: [],
    });
    expect(record.usage?.input_tokens).toBeGreaterThan(0);
    expect(record.cost_usd).toBe((record.usage?.input_tokens ?? 0) * 0.5);
    expect(readVectors(text, 3)).toHaveLength(3);
    expect(simulator.requests()[0]).toMatchObject({ path: "/v1/embeddings", body: { model: "sim-embedding" } });
    expect(simulator.requests()[0]?.body).not.toHaveProperty("temperature");
  });

  test("that the provider refuses is not sent again in another form", async () => {
    simulator.script("sim-embedding", "fail-400");
    const { record } = await ask(fixture.router([["embed", "sim-embedding"]]), "embed", { ...embedding, ...input });
    expect(record).toMatchObject({ status: "error", error: { kind: "bad_request" } });
    expect(simulator.requestCount()).toBe(1);
  });
});

describe("a judge's call", () => {
  test("is no silent experiment, and its request is fitted to the model", async () => {
    const body = { model: "judge", messages: [{ role: "user", content: "A or B?" }], max_tokens: 9, temperature: 0 };
    const router = fixture.router([["judge", "o3"]]);
    const { record } = await ask(router, "judge", { role: "judge", persist: false, body });
    expect(record).toMatchObject({ status: "ok", role: "judge", operation: "chat", is_silent_experiment: false });
    expect(simulator.requests().at(-1)?.body).toMatchObject({ max_completion_tokens: 9 });
  });
});
