import { spawnProcess } from "@understudy/testkit";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { chatUrl, headersFor, openClient, type Target, upTo } from "./client.ts";
import { versionSaid } from "./installed.ts";
import { scratchFolder } from "./scratch.ts";
import { percentile } from "./stats.ts";

export interface Load {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** Answers that were no 2xx, or did not come. */
  readonly errors: number;
}

export interface LoadSpec {
  readonly body: string;
  readonly seconds: number;
  readonly connections: number;
}

/** Sends as many requests as the target takes: each connection sends its next as soon as it has an answer. */
export interface LoadGenerator {
  readonly name: string;
  run(target: Target, spec: LoadSpec): Promise<Load>;
}

/** `wrk` where there is one; else undici in this process, which takes a good part of a core for itself. */
export function chooseLoadGenerator(): LoadGenerator {
  const version = /^wrk \S+/.exec(versionSaid("wrk", "-v"))?.[0];
  if (version === undefined) return undiciGenerator;
  return wrkGenerator(version, scratchFolder());
}

/** Time for wrk to end after its turn: it waits for no answer longer than its own timeout of 2 s. */
const WRK_GRACE_MS = 10_000;

function wrkGenerator(name: string, folder: string): LoadGenerator {
  return {
    name,
    async run(target, { body, seconds, connections }) {
      const script = path.join(folder, "request.lua");
      await writeFile(path.join(folder, "body.json"), body);
      await writeFile(script, luaFor(target, path.join(folder, "body.json")));
      const flags = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "-s", script, chatUrl(target)];
      const wrk = spawnProcess("wrk", flags);
      const found = await wrk.line((line) => "p99_us" in line, seconds * 1000 + WRK_GRACE_MS);
      await wrk.exit;
      const figure = (field: string): number => Number(found[field]);
      return {
        requestsPerSecond: (figure("requests") - figure("errors")) / (figure("duration_us") / 1e6),
        p50Ms: figure("p50_us") / 1000,
        p99Ms: figure("p99_us") / 1000,
        requests: figure("requests"),
        errors: figure("errors"),
      };
    },
  };
}

function luaFor(target: Target, bodyFile: string): string {
  const headers = Object.entries(headersFor(target)).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  return `
wrk.method = "POST"
${headers.join("\n")}
wrk.body = io.open("${bodyFile}"):read("*a")
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"errors":%d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}

const undiciGenerator: LoadGenerator = {
  name: "undici (wrk is not on PATH: this process shares the machine with what it measures)",
  async run(target, { body, seconds, connections }) {
    const client = openClient(target, connections);
    const { latenciesMs, errors, elapsedMs } = await client.send(body, upTo(Number.POSITIVE_INFINITY, seconds));
    await client.close();
    return {
      requestsPerSecond: (latenciesMs.length / elapsedMs) * 1000,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      requests: latenciesMs.length + errors,
      errors,
    };
  },
};
