import { describeWith, stopAll } from "@understudy/testkit";
import OpenAI from "openai";
import { afterAll, expect, test } from "vitest";
import { allPairs, experimentWhen, startSystem } from "./support/system.ts";

afterAll(stopAll);

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;

const user = (content: string) => [{ role: "user" as const, content }];

await describeWith({ redis: true, postgres: true }, "the official client through gateway, queue and worker", () => {
  test("gets its answers, and each of them becomes a pair", async () => {
    const system = await startSystem();
    const client = new OpenAI({ apiKey: "sk-test-client", baseURL: `${system.url}/v1`, maxRetries: 0 });
    const model = "primary-model";

    const plain = await client.chat.completions.create({ model, messages: user("What is the capital of France?") });
    expect(plain.choices[0]?.message.content).toContain("Paris");

    const texts: string[] = [];
    const stream = await client.chat.completions.create({ model, messages: user("What is 6 times 7?"), stream: true });
    for await (const chunk of stream) texts.push(chunk.choices[0]?.delta.content ?? "");
    expect(texts.join("")).toContain("42");

    const call = await client.chat.completions.create({
      model,
      messages: user("What is the weather in Paris?"),
      tools: [weather],
      tool_choice: "required",
    });
    expect(call.choices[0]?.message.tool_calls).toHaveLength(1);

    system.simulator.scriptOnce("gpt-3.5-turbo", ["fail-400"]);
    const failure = client.chat.completions.create({ model, messages: user("Hello.") });
    await expect(failure).rejects.toBeInstanceOf(OpenAI.BadRequestError);

    const { counts } = await experimentWhen(system.url, (now) => now.counts.paired === 4);
    expect(counts).toMatchObject({ admitted: 4, paired: 4, failed: 0, pending: 0 });
    const pairs = await allPairs(system.url);
    expect(pairs.map(({ primary }) => primary.status).toSorted()).toEqual(["error", "ok", "ok", "ok"]);
    const streams = pairs.filter(({ primary }) => primary.stream);
    expect(streams.map(({ silent }) => silent?.stream)).toEqual([true]);
    expect(pairs.every(({ silent }) => silent?.is_silent_experiment === true && silent.role === "silent")).toBe(true);
    expect(pairs.every(({ primary }) => !primary.is_silent_experiment && primary.role === "primary")).toBe(true);
  });
});
