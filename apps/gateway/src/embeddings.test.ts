import OpenAI from "openai";
import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Asked, ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import {
  modelEntry,
  PLAIN_ROUTER,
  type RunningGateway,
  startGateway,
  startSimulator,
} from "./fixtures/gateway.fixture.ts";

const MODEL = "text-embedding-3-small";
const TEXTS = ["a cat on a mat", "a dog in the fog"];
let bench: EmbeddedBench;
let simulator: Simulator;
let upstream: string;
let gateway: RunningGateway;

beforeAll(async () => {
  bench = await openEmbeddedBench();
  ({ simulator, upstream } = await startSimulator());
  const model_list = [
    modelEntry("small", MODEL, upstream, { silent_model: "large" }),
    modelEntry("large", "text-embedding-3-large", upstream),
  ];
  const { queues, store } = bench;
  const settings = { model_list, router_settings: PLAIN_ROUTER, general_settings: { master_key: "sk-test-master" } };
  gateway = await startGateway(settings, { queues, store });
});

afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
  await bench.close();
});

beforeEach(() => simulator.reset());

const authorization = "Bearer sk-test-master";
const embed = (body: Asked["body"], path = "/v1/embeddings") =>
  ask(gateway.url, path, { body, headers: { authorization } });

describe("embeddings", () => {
  test("are what the provider says, to the official client, in its own encoding and in numbers", async () => {
    const client = new OpenAI({ apiKey: "sk-test-master", baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const direct = new OpenAI({ apiKey: "sk-test-direct", baseURL: `${upstream}/v1`, maxRetries: 0 });
    for (const encoding_format of [undefined, "float"] as const) {
      const wanted = { input: TEXTS, ...(encoding_format === undefined ? {} : { encoding_format }) };
      const answer = await client.embeddings.create({ model: "small", ...wanted });
      expect(answer).toEqual(await direct.embeddings.create({ model: MODEL, ...wanted }));
      expect(answer.data.map(({ embedding }) => embedding.length > 10)).toEqual([true, true]);
      expect(answer.usage.prompt_tokens).toBeGreaterThan(0);
    }
  });

  test("are asked for with the deployment's model and key, at the provider's own path, and the rest as it came", async () => {
    const body = { model: "small", input: "one text", dimensions: 64, user: "u-1" };
    expect((await embed(body, "/embeddings")).status).toBe(200);
    const [seen] = simulator.requests();
    expect(seen?.path).toBe("/embeddings");
    expect(seen?.headers["authorization"]).toBe("Bearer sk-test-small");
    expect(seen?.body).toEqual({ ...body, model: MODEL });
  });

  test.each([
    [undefined, "The request has no body. Send a JSON object with `model` and `input`.", null],
    ["[]", "The request body must be a JSON object with `model` and `input`.", null],
    [{ input: "text" }, "`model` must name a model group, as a string.", "model"],
    [{ model: "small" }, "`input` must be a text, or a list with at least one.", "input"],
    [{ model: "small", input: [] }, "`input` must be a text, or a list with at least one.", "input"],
    [{ model: "small", input: { text: "a" } }, "`input` must be a text, or a list with at least one.", "input"],
    [{ model: "small", input: "text", stream: true }, "Embeddings are not streamed: leave `stream` out.", "stream"],
  ])("asked for with %j say what to mend", async (body, message, param) => {
    const answer = await ask(gateway.url, "/v1/embeddings", { method: "POST", body, headers: { authorization } });
    expect([answer.status, answer.json]).toMatchObject([400, { error: { message, param } }]);
    expect(simulator.requestCount()).toBe(0);
  });

  test("of a provider that fails are an error in OpenAI's shape, and of no known model 404", async () => {
    simulator.script(MODEL, "fail-503");
    expect(await embed({ model: "small", input: "text" })).toMatchObject({ status: 503, json: { error: {} } });
    expect(await embed({ model: "nobody", input: "text" })).toMatchObject({
      status: 404,
      json: { error: { code: "model_not_found", param: "model" } },
    });
    expect((await ask(gateway.url, "/v1/embeddings", { headers: { authorization } })).status).toBe(405);
  });

  test("take the key, as chats do", async () => {
    expect((await ask(gateway.url, "/v1/embeddings", { body: { model: "small", input: "text" } })).status).toBe(401);
  });

  test("are logged, counted and mirrored, and the job has how near the vectors lie and none of them", async () => {
    const before = gateway.logged.length;
    await embed({ model: "small", input: [...TEXTS, "a fish in a dish"], encoding_format: "base64" });
    await gateway.stop();
    const line = gateway.logged.slice(before).find(({ message }) => message === "primary call ok");
    expect(line?.fields).toMatchObject({ operation: "embeddings", model_group: "small", output_tokens: 0 });
    expect(line?.fields["input_tokens"]).toBeGreaterThan(0);
    expect(line?.fields["pair_id"]).toMatch(/^pair_/);
    const job = (await bench.jobs()).at(-1);
    expect(job).toMatchObject({ silent_model: "large", primary: { operation: "embeddings", status: "ok" } });
    expect(job?.primary.answer).toMatchObject({
      text: null,
      choices: 3,
      vectors: { count: 3, dimensions: 256, taken: 3 },
    });
    expect(JSON.stringify(job).length).toBeLessThan(4_000);
    const experiment = gateway.config.experiments[0]?.id ?? "";
    const counts = (await bench.store.experiments.read(experiment))?.counts;
    expect(counts?.admitted).toBeGreaterThan(0);
    expect(counts?.skipped).toEqual({});
  });
});
