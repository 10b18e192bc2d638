import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveConfig } from "@understudy/config";
import { createSkippingClock } from "@understudy/runtime/fixture";
import { createSimulator, type Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ask, MESSAGES, streamed, textOf, requestFor } from "./call/router.fixture.ts";
import { createCallRouter } from "./router.ts";
import { serve } from "./transport/server.fixture.ts";
import { createUndiciTransport } from "./transport/undici-transport.ts";

const HOUR_MS = 3_600_000;
const clock = createSkippingClock();
const transport = createUndiciTransport({ connectTimeoutMs: 60_000, maxConnections: 64 });
let simulator: Simulator;
let url: string;
beforeAll(async () => {
  simulator = createSimulator({ clock });
  ({ url } = await simulator.start());
});
beforeEach(() => simulator.reset());
afterAll(async () => {
  await transport.close();
  await simulator.stop();
});

function vertexRouter(model: string, params: object = {}, env: Readonly<Record<string, string>> = {}) {
  const vertex_credentials = simulator.googleTokens.serviceAccount(url);
  const litellm_params = { model: `vertex_ai/${model}`, api_base: url, vertex_credentials, ...params };
  const config = resolveConfig({ model_list: [{ model_name: "chat", litellm_params }] }, env);
  return createCallRouter(config, { transport, clock, random: () => 0 });
}

const paths = () => new Set(simulator.requests().map(({ path }) => path));

describe("Gemini at Vertex AI", () => {
  test("is asked with a token, asked for once by 50 calls at once, and renewed before it expires", async () => {
    const router = vertexRouter("gemini-2.5-pro", { vertex_location: "europe-west4" });
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(router, "chat")));
    expect(answers.map(({ record }) => record.status)).toEqual(Array(50).fill("ok"));
    expect(simulator.googleTokens.count()).toBe(1);
    expect(paths()).toEqual(
      new Set([
        "/google/token",
        "/v1/projects/sim-project/locations/europe-west4/publishers/google/models/gemini-2.5-pro:generateContent",
      ]),
    );
    clock.advance(HOUR_MS * 0.85);
    await Promise.all(Array.from({ length: 50 }, () => ask(router, "chat")));
    await expect.poll(() => simulator.googleTokens.count(), { timeout: 60_000 }).toBe(2);
    clock.advance(HOUR_MS * 0.9);
    expect((await ask(router, "chat")).record.status).toBe("ok");
  });

  test("that gets no token fails as its own fault, says why, and does not ask for each call", async () => {
    const key = { ...simulator.googleTokens.serviceAccount(url), client_email: "nobody@sim-project.test" };
    const router = vertexRouter("gemini-2.5-pro", { vertex_credentials: key, num_retries: 0 });
    const { record } = await ask(router, "chat");
    expect(record.error).toMatchObject({
      kind: "authentication",
      message:
        "Google gave no token to the deployment's client nobody@sim-project.test: Invalid grant: account not found (HTTP 400)",
    });
    await Promise.all(Array.from({ length: 20 }, () => ask(router, "chat")));
    expect(simulator.requests().map(({ path }) => path)).toEqual(["/google/token"]);
  });

  test("takes its key from a file, a person's from where gcloud leaves it, and a token from the machine", async () => {
    const home = await mkdtemp(join(tmpdir(), "understudy-vertex-"));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const file = join(home, "key.json");
    await writeFile(file, JSON.stringify(simulator.googleTokens.serviceAccount(url)));
    const params = { vertex_credentials: undefined, vertex_project: "p" };
    const byFile = vertexRouter("gemini-2.5-pro", params, { GOOGLE_APPLICATION_CREDENTIALS: file });
    expect((await ask(byFile, "chat")).record.status).toBe("ok");
    const gone = vertexRouter("gemini-2.5-pro", { ...params, vertex_credentials: join(home, "gone.json") });
    expect((await ask(gone, "chat")).record.error).toMatchObject({
      kind: "authentication",
      message: expect.stringContaining("cannot be read") as string,
    });
    const machine = await serve((request, response) => {
      expect(request.headers["metadata-flavor"]).toBe("Google");
      response.end(JSON.stringify({ access_token: "ya29.of-the-machine", expires_in: 3600 }));
    });
    const env = { HOME: home, GCE_METADATA_HOST: new URL(machine.url).host };
    await ask(vertexRouter("gemini-2.5-pro", { ...params, num_retries: 0 }, env), "chat");
    expect(simulator.requests().at(-1)?.headers["authorization"]).toBe("Bearer ya29.of-the-machine");
  });
});

describe("Claude at Vertex AI", () => {
  const body = { model: "chat", max_tokens: 100, messages: MESSAGES };

  test.each([false, true])("answers Messages byte for byte, streamed: %s", async (stream) => {
    const router = vertexRouter("claude-sonnet-4-5");
    const call = await router.call(requestFor(router, "chat", { operation: "messages", body: { ...body, stream } }));
    const text = await textOf(call.body);
    expect(call.record()).toMatchObject({ status: "ok", error: null });
    expect(text).toContain(stream ? "event: message_stop" : '"stop_reason":"end_turn"');
    const sent = simulator.requests().at(-1);
    const raw = stream ? "streamRawPredict" : "rawPredict";
    expect(sent?.path).toBe(
      `/v1/projects/sim-project/locations/us-central1/publishers/anthropic/models/claude-sonnet-4-5:${raw}`,
    );
    expect(sent?.body).toEqual({ max_tokens: 100, messages: MESSAGES, stream, anthropic_version: "vertex-2023-10-16" });
  });

  test.each([false, true])("answers clients of chat over the bridge, streamed: %s", async (stream) => {
    const router = vertexRouter("claude-sonnet-4-5");
    const { record } = await ask(router, "chat", stream ? { body: streamed("chat") } : {});
    expect(record).toMatchObject({ status: "ok", answer: { text: expect.stringContaining("Paris") as string } });
    expect(simulator.requests().at(-1)?.body).toMatchObject({ anthropic_version: "vertex-2023-10-16" });
    expect(simulator.requests().at(-1)?.path).toMatch(stream ? /:streamRawPredict$/ : /:rawPredict$/);
  });
});
