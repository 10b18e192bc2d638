import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSimulator } from "./simulator.ts";
import { chunksOf, completionOf, errorOf, eventsOf, post, question, textOf } from "./client.fixture.ts";

const simulator = createSimulator();
let url = "";
beforeAll(async () => {
  ({ url } = await simulator.start());
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const PROMPT = "How should a bakery choose its bread?";
const plain = (fault: string, extra: object = {}): object => question(`gpt-4o@${fault}`, PROMPT, extra);
const streamed = (fault: string): object => plain(fault, { stream: true });

describe("failures", () => {
  test.each([
    ["fail-500", 500, "server_error", null],
    ["fail-503", 503, "server_error", null],
    ["fail-429", 429, "requests", "rate_limit_exceeded"],
    ["fail-400", 400, "invalid_request_error", null],
    ["fail-401", 401, "invalid_request_error", "invalid_api_key"],
    ["fail-404", 404, "invalid_request_error", "model_not_found"],
    ["fail-408", 408, "timeout", "request_timeout"],
    ["fail-context", 400, "invalid_request_error", "context_length_exceeded"],
    ["fail-content", 400, "invalid_request_error", "content_policy_violation"],
    ["stream-error", 500, "server_error", null],
  ])("%s", async (fault, status, type, code) => {
    const response = await post(url, plain(fault));
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toMatchObject({ type, code });
  });

  test("fail-429 says when to come back", async () => {
    const { headers } = await post(url, plain("fail-429"));
    expect([headers.get("retry-after"), headers.get("retry-after-ms")]).toEqual(["1", "1000"]);
  });

  test("fail-content is Azure's content_filter under Azure's paths", async () => {
    const response = await post(url, plain("fail-content"), { path: "/openai/v1/chat/completions" });
    expect(await errorOf(response)).toMatchObject({
      code: "content_filter",
      innererror: { code: "ResponsibleAIPolicyViolation" },
    });
  });

  test("flaky-3 fails every third request, counted for each model", async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      statuses.push((await post(url, plain("flaky-3"))).status);
      expect((await post(url, question("gpt-4@flaky-9", PROMPT))).status).toBe(200);
    }
    expect(statuses).toEqual([200, 200, 500, 200, 200, 500]);
  });
});

describe("broken answers", () => {
  test("bad-json", async () => {
    const whole = await post(url, plain("bad-json"));
    expect(whole.status).toBe(200);
    await expect(whole.json()).rejects.toThrow(SyntaxError);
    const events = await eventsOf(await post(url, streamed("bad-json")));
    expect(events.at(-1)).toBe("[DONE]");
    expect(() => events.slice(0, -1).map((event) => JSON.parse(event) as unknown)).toThrow(SyntaxError);
  });

  test("empty: a good answer without text", async () => {
    const body = await completionOf(post(url, plain("empty")));
    expect(body.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "" } });
    expect(await chunksOf(post(url, streamed("empty")))).toHaveLength(2);
  });

  test("empty-body: nothing at all", async () => {
    for (const body of [plain("empty-body"), streamed("empty-body")]) {
      const response = await post(url, body);
      expect([response.status, await response.text()]).toEqual([200, ""]);
    }
  });

  test("huge: an answer of so many bytes, plain and streamed", async () => {
    expect(await textOf(url, plain("huge-1000001"))).toHaveLength(1_000_001);
    const chunks = await chunksOf(post(url, streamed("huge-1000001")));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toHaveLength(1_000_001);
  });

  test("stream-error: half a stream, then an error event", async () => {
    const whole = await eventsOf(await post(url, streamed("instant")));
    const events = await eventsOf(await post(url, streamed("stream-error")));
    expect(events.at(-1)).toMatch(/^\{"error":\{"message":/);
    expect(events).not.toContain("[DONE]");
    expect(events.length).toBeGreaterThan(2);
    expect(events.length).toBeLessThan(whole.length);
  });
});

describe("broken connections", () => {
  test.each([
    ["plain", plain("cut")],
    ["streamed", streamed("cut")],
  ])("cut ends a %s answer in the middle", async (_, body) => {
    const end = simulator.nextEnd();
    const response = await post(url, body);
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.length).toBeGreaterThan(0);
    await expect(readOn(reader)).rejects.toThrow(/terminated/);
    expect((await end).end).toBe("cut");
  });

  test("reset closes before the first byte", async () => {
    await expect(post(url, plain("reset"))).rejects.toThrow("fetch failed");
    expect((await simulator.firstEnd()).end).toBe("cut");
  });

  test("hang never answers", async () => {
    const leaving = new AbortController();
    const arrived = simulator.nextRequest();
    const end = simulator.nextEnd();
    const answer = post(url, plain("hang"), { signal: leaving.signal });
    await arrived;
    expect(simulator.inFlight()).toBe(1);
    leaving.abort();
    await expect(answer).rejects.toThrow("aborted");
    expect(await end).toMatchObject({ end: "aborted", status: null });
  });

  test.each([
    ["plain", plain("hang-after-headers")],
    ["streamed", streamed("hang-after-headers")],
  ])("hang-after-headers sends no more than its status, %s", async (_, body) => {
    const leaving = new AbortController();
    const end = simulator.nextEnd();
    expect((await post(url, body, { signal: leaving.signal })).status).toBe(200);
    leaving.abort();
    expect(await end).toMatchObject({ end: "aborted", status: 200 });
  });

  test.each([
    ["plain", plain("stall")],
    ["streamed", streamed("stall")],
  ])("stall sends half of a %s answer and does not end", async (_, body) => {
    const leaving = new AbortController();
    const end = simulator.nextEnd();
    const response = await post(url, body, { signal: leaving.signal });
    expect((await response.body?.getReader().read())?.value?.length).toBeGreaterThan(0);
    leaving.abort();
    expect(await end).toMatchObject({ end: "aborted", status: 200 });
  });

  async function readOn(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
    while ((await reader?.read())?.done === false);
  }
});

describe("where faults come from", () => {
  test("a model named sim-<fault>, or any other name that begins so", async () => {
    expect((await post(url, question("sim-fail-503", PROMPT))).status).toBe(503);
    expect((await post(url, question("sim-large", PROMPT))).status).toBe(200);
  });

  test("the header wins over the name", async () => {
    const response = await post(url, plain("fail-500"), { headers: { "x-simulate": "fail-429" } });
    expect(response.status).toBe(429);
  });

  test.each(["x-simulate", "name"])("a fault that does not exist is named, in the %s", async (where) => {
    const headers = where === "name" ? {} : { "x-simulate": "fial-500" };
    const response = await post(url, question(where === "name" ? "gpt-4o@fial-500" : "gpt-4o", PROMPT), { headers });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain("'fial-500' is no fault; known are fail-<status>");
  });

  test("a script holds until it is changed, a sequence comes before it", async () => {
    const status = async (): Promise<number> => (await post(url, question("gpt-4o", PROMPT))).status;
    simulator.script("gpt-4o", "fail-500");
    simulator.scriptOnce("gpt-4o", ["fail-429", null]);
    expect([await status(), await status(), await status(), await status()]).toEqual([429, 200, 500, 500]);
    expect((await post(url, question("gpt-4", PROMPT))).status).toBe(200);
    simulator.script("gpt-4o", null);
    expect(await status()).toBe(200);
    expect(() => simulator.script("gpt-4o", "slow-")).toThrow("'slow-' is no fault");
  });

  test("the answer under a fault is that of the model before the @", async () => {
    expect(await textOf(url, plain("instant"))).toBe(await textOf(url, question("gpt-4o", PROMPT)));
  });
});
