import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  decodeSpans,
  type PlaceServer,
  startBucket,
  startPlaceServer,
  type TestBucket,
} from "@understudy/telemetry/fixture";
import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { chatBody, experimentWhen, send, startSystem, type System } from "./support/system.ts";

/** In each time of trouble. */
const REQUESTS = 4;

/** A place of its own for each sink, so that one can be in trouble while the others are not. */
interface Place {
  /** Takes it away in this way, or gives it back. */
  readonly trouble: (mode: "none" | "gone" | "failing" | "hung") => void | Promise<void>;
  /** Pair id and role of every call that is there. */
  readonly calls: () => Promise<readonly string[]>;
}

const SINKS = ["langfuse", "s3", "otel", "generic_api", "file", "own"] as const;
type SinkName = (typeof SINKS)[number];

let folder: string;
let bucket: TestBucket;
let langfuse: PlaceServer;
let collector: PlaceServer;
let receiver: PlaceServer;
let places: Readonly<Record<SinkName, Place>>;

interface Named {
  readonly pair_id: string;
  readonly role: string;
}
const named = ({ pair_id, role }: Named): string => `${pair_id} ${role}`;
const namesIn = (lines: string): readonly string[] =>
  lines
    .split("\n")
    .filter(Boolean)
    .map((line) => named(JSON.parse(line) as Named));
const spansIn = (server: PlaceServer, at: string, pair: string, role: string): Promise<readonly string[]> =>
  Promise.resolve(
    decodeSpans(server.requests, at)
      .filter(({ attributes }) => attributes[pair] !== undefined)
      .map(({ attributes }) => `${String(attributes[pair])} ${String(attributes[role])}`),
  );
const textOf = (file: string): Promise<string> => readFile(file, "utf8").catch(() => "");

/** A winston transport that goes by what is written in a file beside it. */
const OWN_TRANSPORT = (): string => `
import { appendFileSync, readFileSync } from "node:fs";
import Transport from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve("winston-transport")).href)};
export class Own extends Transport {
  log(info, done) {
    const mode = readFileSync(new URL("mode", import.meta.url), "utf8");
    if (mode === "hung") return void setTimeout(() => this.log(info, done), 50);
    if (mode !== "none") return done(new Error(mode));
    appendFileSync(new URL("own.jsonl", import.meta.url), JSON.stringify({ pair_id: info.pair_id, role: info.role }) + "\\n");
    done();
  }
}
`;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "understudy-sinks-"));
  bucket = await startBucket();
  collector = await startPlaceServer();
  receiver = await startPlaceServer();
  langfuse = await startPlaceServer({
    answer({ path: asked, body }, response) {
      response.setHeader("content-type", "application/json");
      if (asked !== "/api/public/ingestion") return void response.end("{}");
      const { batch } = JSON.parse(body.toString()) as { batch: readonly { id: string }[] };
      const successes = batch.map(({ id }) => ({ id, status: 201 }));
      response.writeHead(207).end(JSON.stringify({ successes, errors: [] }));
    },
  });
  await writeFile(path.join(folder, "own.mjs"), OWN_TRANSPORT());
  const own = (mode: string): Promise<void> => writeFile(path.join(folder, "mode"), mode);
  await own("none");
  const observation = "langfuse.observation.metadata";
  places = {
    langfuse: {
      trouble: langfuse.trouble,
      calls: () => spansIn(langfuse, "/api/public/otel/v1/traces", `${observation}.pair_id`, `${observation}.role`),
    },
    s3: {
      trouble: bucket.server.trouble,
      async calls() {
        const texts = (await bucket.keys()).map(async (key) => (await bucket.get(key)).bytes.toString());
        return (await Promise.all(texts)).map((text) => named(JSON.parse(text) as Named));
      },
    },
    otel: {
      trouble: collector.trouble,
      calls: () => spansIn(collector, "/v1/traces", "understudy.pair_id", "understudy.role"),
    },
    generic_api: {
      trouble: receiver.trouble,
      calls: () =>
        Promise.resolve(receiver.requests.flatMap(({ body }) => (JSON.parse(body.toString()) as Named[]).map(named))),
    },
    file: {
      // The folder is where it should be from the beginning; before that a file stands in its way.
      async trouble(mode) {
        const files = path.join(folder, "files");
        await rm(files, { force: true, recursive: true });
        if (mode === "none") await mkdir(files);
        else await writeFile(files, "not a folder");
      },
      async calls() {
        const texts = ["gateway", "worker"].map((service) => textOf(path.join(folder, "files", `${service}.jsonl`)));
        return namesIn((await Promise.all(texts)).join(""));
      },
    },
    own: { trouble: own, calls: async () => namesIn(await textOf(path.join(folder, "own.jsonl"))) },
  };
  await places.file.trouble("failing");
});
afterEach(async () => {
  for (const server of [langfuse, collector, receiver]) await server.close();
  await bucket.close();
});
afterAll(stopAll);

function startWithSinks(): Promise<System> {
  const more = `
litellm_settings:
  callbacks: [langfuse, s3, otel, generic_api]
  s3_callback_params:
    s3_bucket_name: logs
    s3_endpoint_url: ${bucket.access.endpoint}
    s3_aws_access_key_id: S3RVER
    s3_aws_secret_access_key: S3RVER
logging_settings:
  file: { path: "${folder}/files/{service}.jsonl" }
  winston_transports: [{ module: "${folder}/own.mjs", export: Own, name: own }]
`;
  const env = {
    LANGFUSE_PUBLIC_KEY: "pk-lf-test",
    LANGFUSE_SECRET_KEY: "sk-lf-test-secret",
    LANGFUSE_HOST: langfuse.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_METRICS_EXPORTER: "none",
    GENERIC_LOGGER_ENDPOINT: `${receiver.url}/generic`,
  };
  return startSystem({ more, env });
}

async function askSome({ url }: System): Promise<void> {
  const ask = async (index: number): Promise<void> => {
    const response = await send(url, chatBody(`What is ${index} plus ${index}?`, { stream: index % 2 === 0 }));
    expect(response.status).toBe(200);
    await response.text();
  };
  await Promise.all(Array.from({ length: REQUESTS }, (_, index) => ask(index)));
}

/** Both records of so many pairs are there, and of no other. */
async function hasPairs(sink: SinkName, pairs: number): Promise<void> {
  await pollUntil(async () => new Set(await places[sink].calls()).size, {
    what: `${2 * pairs} calls in ${sink}`,
    until: (count) => count === 2 * pairs,
    timeoutMs: 60_000,
  });
}

const metricOf = async ({ url }: System, name: string, sink: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{sink="${sink}"\\} (\\S+)$`, "m").exec(text)?.[1] ?? "NaN");
};

await describeWith({ redis: true, postgres: true }, "each sink in turn in trouble", () => {
  test(
    "primaries, pairs and all other sinks are as they were, and it has all calls afterwards",
    { timeout: 400_000 },
    async () => {
      const system = await startWithSinks();
      let pairs = 0;
      const turns: readonly (readonly [SinkName, "gone" | "failing" | "hung"])[] = [
        // A file that cannot be opened; once it is open, it is.
        ["file", "failing"],
        ["own", "failing"],
        ["own", "hung"],
        ...(["langfuse", "s3", "otel", "generic_api"] as const).flatMap((sink) =>
          (["gone", "failing", "hung"] as const).map((mode) => [sink, mode] as const),
        ),
      ];
      for (const [sink, mode] of turns) {
        if (pairs > 0) await places[sink].trouble(mode);
        await askSome(system);
        pairs += REQUESTS;
        const { counts } = await experimentWhen(system.url, (detail) => detail.counts.paired >= pairs);
        expect(counts, `${sink} ${mode}`).toMatchObject({ paired: pairs, failed: 0, expired: 0, lost: 0, dropped: {} });
        for (const other of SINKS.filter((name) => name !== sink && (name !== "file" || pairs > REQUESTS))) {
          await hasPairs(other, pairs);
        }
        await pollUntil(() => metricOf(system, "understudy_sink_held", sink), {
          what: `calls that wait for ${sink}`,
          until: (held) => held >= REQUESTS,
        });
        await places[sink].trouble("none");
        await hasPairs(sink, pairs);
      }
      // What cannot be brought out in time is counted, and said.
      await places.generic_api.trouble("hung");
      await askSome(system);
      await experimentWhen(system.url, (detail) => detail.counts.paired === pairs + REQUESTS);
      system.gateway.kill("SIGTERM");
      expect(await system.gateway.exit).toEqual({ code: 0, signal: null });
      const missing = system.gateway.lines.filter(({ message }) => message === "calls are missing from the sink");
      expect(missing).toMatchObject([{ sink: "generic_api", dropped: { shutdown: REQUESTS } }]);
      for (const other of SINKS.filter((name) => name !== "generic_api")) await hasPairs(other, pairs + REQUESTS);
    },
  );
});
