import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";
import { completionOf, post, question, textOf } from "./client.fixture.ts";

const simulator = createSimulator();
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());

interface Asking {
  readonly model?: string;
  readonly dimensions?: number;
}

async function embed(input: unknown, path = "/v1/embeddings", headers = {}, asking: Asking = {}): Promise<number[][]> {
  const response = await post(url, { model: "sim-embedding", input, ...asking }, { path, headers });
  expect(response.status).toBe(200);
  const { data } = (await response.json()) as { data: { embedding: number[] }[] };
  return data.map(({ embedding }) => embedding);
}

const dot = (one: number[] = [], other: number[] = []): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

describe("embeddings", () => {
  test("are the same for the same text, near for similar ones, and far for others", async () => {
    const [paris, same, similar, other] = await embed([
      "Paris is the capital of France.",
      "Paris is the capital of France.",
      "The capital of France is Paris.",
      "Add two eggs and whisk until stiff",
    ]);
    expect(same).toEqual(paris);
    expect(dot(paris, paris)).toBeCloseTo(1, 9);
    expect(dot(paris, similar)).toBeGreaterThan(0.7);
    expect(dot(paris, other)).toBeLessThan(0.4);
  });

  test("of two models have no number in common, and agree on what is near", async () => {
    const texts = ["Paris is the capital of France.", "The capital of France is Paris.", "Add two eggs and whisk"];
    const [one, other] = await Promise.all(
      ["sim-embedding", "sim-other"].map((model) => embed(texts, undefined, {}, { model })),
    );
    expect(dot(one?.[0], other?.[0])).toBeLessThan(0.5);
    for (const vectors of [one, other]) {
      expect(dot(vectors?.[0], vectors?.[1])).toBeGreaterThan(dot(vectors?.[0], vectors?.[2]));
    }
    expect(dot(one?.[0], one?.[1])).not.toBe(dot(other?.[0], other?.[1]));
  });

  test("have as many numbers as are asked for", async () => {
    expect((await embed("x", undefined, {}, { dimensions: 64 }))[0]).toHaveLength(64);
    const response = await post(url, { model: "sim-embedding", input: "x", dimensions: 0 }, { path: "/v1/embeddings" });
    expect(response.status).toBe(400);
  });

  test("are served at Azure's addresses too", async () => {
    const azure = { authorization: "", "api-key": "sk-test-1" };
    expect(await embed("x", "/openai/deployments/e/embeddings?api-version=2024-10-21", azure)).toHaveLength(1);
    expect(await embed("x", "/openai/v1/embeddings", azure)).toHaveLength(1);
  });

  test.each([[undefined], [""], [[]], [["a", ""]], [[1]]])("of %j are refused", async (input) => {
    const response = await post(url, { model: "sim-embedding", input }, { path: "/v1/embeddings" });
    expect(response.status).toBe(400);
  });

  test("fail as scripted", async () => {
    simulator.scriptOnce("sim-embedding", ["fail-503"]);
    const response = await post(url, { model: "sim-embedding", input: "a" }, { path: "/v1/embeddings" });
    expect(response.status).toBe(503);
  });
});

describe("a simulated judge", () => {
  const prompt = (a: string, b: string): string =>
    `<<conversation f>>\nsystem: Be brief.\n\nuser: What is the capital of France?\n<<end of conversation f>>\n\n<<answer A f>>\n${a}\n<<end of answer A f>>\n\n` +
    `<<answer B f>>\n${b}\n<<end of answer B f>>\n\nWhich?`;

  const judged = (model: string, a: string, b: string) => textOf(url, question(model, prompt(a, b)));

  test("that is fair knows what is right, in both orders", async () => {
    expect(await judged("sim-judge", "It is Paris.", "Lyon is the capital.")).toBe('{"better":"A"}');
    expect(await judged("sim-judge", "Lyon", "Paris, of course")).toBe('{"better":"B"}');
    expect(await judged("sim-judge", "Paris", "The capital is Paris.")).toBe('{"better":"tie"}');
    expect(await judged("sim-judge", "Lyon", "Nice")).toBe('{"better":"tie"}');
  });

  test("that likes the first place takes it, and one that talks says nothing", async () => {
    expect(await judged("sim-judge-first", "one", "one two three")).toBe('{"better":"A"}');
    expect(await judged("sim-judge-garbage", "one", "two")).toMatch(/^Both answers/);
  });

  test("answers other questions like any model", async () => {
    const { choices } = await completionOf(post(url, question("sim-judge", "What is the capital of France?")));
    expect(choices[0]?.message.content).toContain("Paris");
  });
});
