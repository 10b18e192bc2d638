import { describeWith, pollUntil, stopAll } from "@understudy/testkit";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatBody, experimentWhen, send } from "./support/system.ts";

const run = promisify(execFile);

const PROJECT = "understudy-test";
const PORT = 4871;
const URL = `http://127.0.0.1:${PORT}`;
const REQUESTS = 200;
const WORKERS = 3;
const BUILD_MS = 10 * 60_000;
/** Workers give way, by their cpu_shares: where others have much to do, they have little. */
const PAIRS_MS = 180_000;

afterAll(stopAll);

await describeWith({ docker: true }, "docker compose up --scale worker=3", () => {
  const compose = async (...args: readonly string[]): Promise<string> => {
    const [command, ...first] = await composeCommand();
    const env = { ...process.env, ...(await standIns()), UNDERSTUDY_LISTEN: `127.0.0.1:${PORT}` };
    const all = [...first, "-p", PROJECT, "--profile", "simulator", ...args];
    const { stdout } = await run(command, all, { env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  };

  beforeAll(async () => {
    await compose("down", "-v", "--remove-orphans");
    await compose("build");
    await compose("up", "-d", "--scale", `worker=${WORKERS}`);
  }, BUILD_MS);

  afterAll(() => compose("down", "-v", "--remove-orphans"), 120_000);

  test("200 requests give 200 pairs, made by more than one worker", { timeout: 300_000 }, async () => {
    const ready = async (): Promise<boolean> => (await fetch(`${URL}/health/readiness`)).ok;
    await pollUntil(ready, { what: "the gateway's readiness", timeoutMs: 60_000, every: 250 });
    const indexes = Array.from({ length: REQUESTS }, (_, index) => index).values();
    const statuses: number[] = [];
    const sendOn = async (): Promise<void> => {
      for (const index of indexes) {
        const response = await send(URL, chatBody(`What is ${index} plus 1?`));
        await response.arrayBuffer();
        statuses.push(response.status);
      }
    };
    await Promise.all(Array.from({ length: 16 }, sendOn));
    expect(statuses).toEqual(Array.from({ length: REQUESTS }, () => 200));

    const { counts } = await experimentWhen(
      URL,
      (now) => now.counts.paired >= REQUESTS && now.counts.pending === 0,
      PAIRS_MS,
    );
    expect(counts).toMatchObject({ admitted: REQUESTS, paired: REQUESTS, failed: 0, dropped: {}, pending: 0 });

    const logs = await compose("logs", "--no-color", "worker");
    const silentCalls = logs.split("\n").filter((line) => line.includes("silent call ok"));
    const makers = new Set(silentCalls.map((line) => line.split("|")[0]?.trim()));
    expect(silentCalls).toHaveLength(REQUESTS);
    expect(makers.size).toBeGreaterThan(1);
  });

  test("a process of the image is nobody in particular, and writes to its spool and /tmp alone", async () => {
    const tried = `[process.getuid(), ...["/app", "/home/node", "/tmp", "/var/lib/understudy/spool"].map((folder) => {
      try { fs.writeFileSync(folder + "/tried", ""); return folder; } catch (error) { return error.code; }
    })]`;
    const told = await compose("exec", "-T", "gateway", "node", "-p", `JSON.stringify(${tried})`);
    expect(JSON.parse(told)).toEqual([1000, "EROFS", "EROFS", "/tmp", "/var/lib/understudy/spool"]);
  });

  test("gateway and workers are well, as their own images and compose ask them", { timeout: 120_000 }, async () => {
    const ids = (await compose("ps", "-q", "gateway", "worker")).trim().split("\n");
    const states = async (): Promise<readonly string[]> => {
      const { stdout } = await run("docker", ["inspect", ...ids, "--format", "{{.State.Health.Status}}"]);
      return stdout.trim().split("\n");
    };
    const until = (all: readonly string[]): boolean => all.every((one) => one === "healthy");
    expect(await pollUntil(states, { what: "their health", until, timeoutMs: 90_000, every: 500 })).toHaveLength(
      1 + WORKERS,
    );
  });
});

/**
 * Where no registry can be reached, an engine may have images of its own under the tags; they have no digest. Everywhere else
 * the images are those that docker-compose.yml names.
 */
async function standIns(): Promise<Readonly<Record<string, string>>> {
  const tags = {
    NODE_IMAGE: "node:24-bookworm-slim",
    REDIS_IMAGE: "redis:8-bookworm",
    POSTGRES_IMAGE: "postgres:17-bookworm",
  };
  const made = await Promise.all(
    Object.entries(tags).map(async ([name, tag]) => ((await isStandIn(tag)) ? [name, tag] : [])),
  );
  return Object.fromEntries(made.filter((entry) => entry.length > 0));
}

async function isStandIn(tag: string): Promise<boolean> {
  try {
    const { stdout } = await run("docker", ["image", "inspect", tag, "--format", "{{len .RepoDigests}}"]);
    return stdout.trim() === "0";
  } catch {
    return false;
  }
}

/** The plugin where there is one, else the program of old. */
async function composeCommand(): Promise<readonly [string, ...string[]]> {
  try {
    await run("docker", ["compose", "version"]);
    return ["docker", "compose"];
  } catch {
    return ["docker-compose"];
  }
}
