import { readdir, readFile } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import {
  decodeSpans,
  type PlaceServer,
  startBucket,
  startPlaceServer,
  type TestBucket,
} from "@understudy/telemetry/fixture";
import { describeWith, stopAll } from "@understudy/testkit";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { allPairs, chatBody, experimentWhen, send, startSystem, type System } from "./support/system.ts";

/** Not the demo's whole length, and enough for every kind of request to come up. */
const REQUESTS = 30;

const KEY = "sk-test-canary-sinks-51c8e2";
const CARD = "4111111111111111";

/** Everything that the sinks of both services write to. */
interface Places {
  /** OpenTelemetry's collector, Langfuse, and the receiver of generic_api and of the webhook. */
  readonly server: PlaceServer;
  readonly bucket: TestBucket;
  readonly folder: string;
}

let places: Places;
beforeEach(async () => {
  const server = await startPlaceServer({
    answer({ path: asked, body }, response) {
      response.setHeader("content-type", "application/json");
      if (asked !== "/api/public/ingestion") return void response.end("{}");
      const { batch } = JSON.parse(body.toString()) as { batch: readonly { id: string }[] };
      response
        .writeHead(207)
        .end(JSON.stringify({ successes: batch.map(({ id }) => ({ id, status: 201 })), errors: [] }));
    },
  });
  places = { server, bucket: await startBucket(), folder: await mkdtemp(path.join(tmpdir(), "understudy-sinks-")) };
});
afterEach(async () => {
  await places.server.close();
  await places.bucket.close();
});
afterAll(stopAll);

function configFor(
  { server, bucket, folder }: Places,
  more: string,
): { readonly yaml: string; readonly env: Record<string, string> } {
  const yaml = `
litellm_settings:
  callbacks: [langfuse, s3, otel, generic_api]
  s3_callback_params:
    s3_bucket_name: logs
    s3_path: calls
    s3_endpoint_url: ${bucket.access.endpoint}
    s3_aws_access_key_id: S3RVER
    s3_aws_secret_access_key: S3RVER
${more}
logging_settings:
  file: { path: "${folder}/calls-{service}-{pid}.jsonl" }
  s3_batches: { path: batches, every: 1s }
  redact_patterns: ["[0-9]{16}"]
  webhook: { url: "${server.url}/hook", secret: test-webhook-secret }
callback_settings: { otel: { message_logging: true } }
`;
  const env = {
    LANGFUSE_PUBLIC_KEY: "pk-lf-test",
    LANGFUSE_SECRET_KEY: "sk-lf-test-secret",
    LANGFUSE_HOST: server.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
    GENERIC_LOGGER_ENDPOINT: `${server.url}/generic`,
  };
  return { yaml, env };
}

async function demonstrate(more = ""): Promise<System> {
  const { yaml, env } = configFor(places, more);
  return startSystem({ more: yaml, env, workers: 2 });
}

/** Asks, and checks that every primary is answered. */
async function askAll({ url }: System): Promise<void> {
  const ask = async (index: number): Promise<void> => {
    const metadata = { session_id: `session-${index % 3}`, tags: ["demo"], api_key: KEY, note: `${KEY} ${CARD}` };
    const body = chatBody(`Whisper ${index}: my card is ${CARD}`, { stream: index % 3 === 0, metadata });
    const response = await send(url, body, { "x-forwarded-authorization": `Bearer ${KEY}` });
    expect(response.status).toBe(200);
    await response.text();
  };
  await Promise.all(Array.from({ length: REQUESTS }, (_, index) => ask(index)));
}

/** Ends the services in good order: what their sinks hold has then been written, or counted as dropped. */
async function stopServices({ gateway, workers }: System): Promise<void> {
  for (const service of [gateway, ...workers]) {
    service.kill("SIGTERM");
    expect(await service.exit).toEqual({ code: 0, signal: null });
  }
}

interface Named {
  readonly pair_id: string;
  readonly role: string;
}
const named = ({ pair_id, role }: Named): string => `${pair_id} ${role}`;
const lines = (text: string): readonly Named[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Named);

async function filesIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  return (await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")))).join("");
}

async function objectsUnder(bucket: TestBucket, prefix: string): Promise<readonly string[]> {
  const keys = (await bucket.keys()).filter((key) => key.startsWith(prefix));
  return Promise.all(
    keys.map(async (key) => {
      const { bytes } = await bucket.get(key);
      return (key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    }),
  );
}

/** Pair id and role of every call, by sink. */
async function callsBySink({ server, bucket, folder }: Places): Promise<Readonly<Record<string, readonly string[]>>> {
  const posted = server.requests.filter((request) => request.path === "/generic").map(({ body }) => body.toString());
  const spanNames = (at: string, pair: string, role: string): string[] =>
    decodeSpans(server.requests, at)
      // The queue's own spans are no calls.
      .filter(({ attributes }) => attributes[pair] !== undefined)
      .map(({ attributes }) => `${String(attributes[pair])} ${String(attributes[role])}`);
  const observation = "langfuse.observation.metadata";
  return {
    file: lines(await filesIn(folder)).map(named),
    s3: (await objectsUnder(bucket, "calls/20")).map((text) => named(JSON.parse(text) as Named)),
    s3_batches: lines((await objectsUnder(bucket, "calls/batches/")).join("")).map(named),
    generic_api: posted.flatMap((text) => (JSON.parse(text) as readonly Named[]).map(named)),
    otel: spanNames("/v1/traces", "understudy.pair_id", "understudy.role"),
    langfuse: spanNames("/api/public/otel/v1/traces", `${observation}.pair_id`, `${observation}.role`),
  };
}

async function everything({ server, bucket, folder }: Places): Promise<string> {
  const posted = server.requests.map(
    ({ body, headers, path: at }) => `${at} ${JSON.stringify(headers)} ${body.toString()}`,
  );
  return [...posted, await filesIn(folder), ...(await objectsUnder(bucket, ""))].join("\n");
}

await describeWith({ redis: true, postgres: true }, "the demo with all sinks on", () => {
  test("both records of every pair are in each sink, and no key and no redacted text is in any", async () => {
    const system = await demonstrate();
    await askAll(system);
    await experimentWhen(system.url, ({ counts }) => counts.paired >= REQUESTS);
    const pairs = await allPairs(system.url);
    await stopServices(system);
    const expected = pairs.flatMap(({ id }) => [`${id} primary`, `${id} silent`]).toSorted();
    expect(expected).toHaveLength(2 * REQUESTS);
    for (const [sink, calls] of Object.entries(await callsBySink(places))) {
      expect([...calls].toSorted(), sink).toEqual(expected);
    }
    const written = await everything(places);
    expect(written).toContain("Whisper");
    for (const hidden of [KEY, CARD, "sk-lf-test-secret", "sk-test-silent-key", "test-webhook-secret"]) {
      expect(written.includes(hidden), hidden).toBe(false);
    }
  });

  test("with texts off no word of a prompt or an answer is in any sink, and all figures are", async () => {
    const system = await demonstrate("  turn_off_message_logging: true");
    await askAll(system);
    await experimentWhen(system.url, ({ counts }) => counts.paired >= REQUESTS);
    const answers = (await allPairs(system.url)).map(({ primary }) => primary.answer?.text ?? "");
    await stopServices(system);
    for (const [sink, calls] of Object.entries(await callsBySink(places))) {
      expect(new Set(calls).size, sink).toBe(2 * REQUESTS);
    }
    const written = await everything(places);
    expect(written).not.toContain("Whisper");
    for (const answer of new Set(answers.filter((text) => text.length > 20))) {
      expect(written.includes(answer.slice(0, 20)), answer).toBe(false);
    }
  });

  test.each(["down", "hung"] as const)("every sink %s: primaries and pairs are as they were", async (mode) => {
    const system = await demonstrate();
    places.server.trouble(mode);
    places.bucket.server.trouble(mode);
    await askAll(system);
    const { counts } = await experimentWhen(
      system.url,
      (detail) => detail.counts.paired >= REQUESTS && detail.counts.pending === 0,
    );
    expect(counts).toMatchObject({ admitted: REQUESTS, paired: REQUESTS, failed: 0, expired: 0, dropped: {} });
    const metrics = await (await fetch(`${system.url}/metrics`)).text();
    expect(metrics).toMatch(/^understudy_sink_held\{sink="s3"\} [1-9]/m);
    expect(metrics).toMatch(/^understudy_background_failures_total 0$/m);
    places.server.trouble("none");
    places.bucket.server.trouble("none");
    await stopServices(system);
    const { file, ...others } = await callsBySink(places);
    expect(file).toHaveLength(2 * REQUESTS);
    // What waited was written when the places were back.
    for (const [sink, calls] of Object.entries(others)) expect(new Set(calls).size, sink).toBe(2 * REQUESTS);
  });
});
