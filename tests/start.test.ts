import { freePort, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ExperimentDetail } from "@understudy/store";
import { chatBody, getJson, send } from "./support/system.ts";

afterAll(stopAll);

/** Without the project's own programs: npm starts on the machine's Node, whatever it is, and its script must still work. */
function machinePath(): string {
  const own = (part: string): boolean => part.includes("node_modules");
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((part) => !own(part))
    .join(path.delimiter);
}

/** The first candidate of what `npm start` mirrors to without a configuration, once its one request has an outcome. */
async function firstPair(url: string): Promise<ExperimentDetail["counts"]> {
  const read = () => getJson<ExperimentDetail>(`${url}/api/experiments/primary-model~equal-and-cheaper`);
  const until = ({ counts }: ExperimentDetail): boolean => counts.paired === 1;
  return (await pollUntil(read, { what: "the first pair", until, timeoutMs: 60_000, every: 100 })).counts;
}

const folder = (): Promise<string> => mkdtemp(path.join(tmpdir(), "understudy-start-"));

test("npm start needs nothing else: simulated models, embedded database, a first pair", async () => {
  const args = ["start", "--silent", "--", "--port", "0", "--data-dir", await folder()];
  const up = spawnProcess("npm", args, { env: { PATH: machinePath() } });
  const { url, pid } = await up.line((line) => line["message"] === "understudy listens", 40_000);
  const toSend = `curl ${String(url)}/v1/chat/completions`;
  await pollUntil(() => up.stderr().includes(toSend), { what: "the word what to send" });
  const response = await send(String(url), chatBody("What is the capital of France?"));
  expect(response.status).toBe(200);
  expect(await firstPair(String(url))).toMatchObject({ paired: 1, failed: 0 });
  // The shell between npm and the process hands no signal on.
  process.kill(Number(pid), "SIGTERM");
  expect(await up.exit).toEqual({ code: 0, signal: null });
});

test("what was stored is there after a restart", async () => {
  const dataDir = await folder();
  const args = ["apps/cli/src/main.ts", "up", "--port", "0", "--data-dir", dataDir];
  const first = spawnProcess("node", args);
  const { url } = await first.line((line) => line["message"] === "understudy listens");
  await (await send(String(url), chatBody("What is 2 plus 2?"))).text();
  await firstPair(String(url));
  first.kill("SIGTERM");
  expect(await first.exit).toEqual({ code: 0, signal: null });

  const second = spawnProcess("node", args);
  const again = await second.line((line) => line["message"] === "understudy listens");
  expect((await firstPair(String(again["url"]))).paired).toBe(1);
});

test("what is told at start names the address that others take, and what is away", { timeout: 150_000 }, async () => {
  const redis = `127.0.0.1:${await freePort()}`;
  const env = { REDIS_URL: `redis://user:hunter2@${redis}`, DATA_DIR: await folder() };
  const up = spawnProcess("node", ["apps/cli/src/main.ts", "up", "--port", "0"], { env });
  const { url } = await up.line((line) => line["message"] === "understudy listens", 60_000);
  await pollUntil(() => up.stderr().includes("Ctrl+C"), { what: "the welcome" });
  expect(up.stderr()).toContain(`export UNDERSTUDY_URL=${String(url)}\n`);
  expect(up.stderr()).toContain(`! Redis at ${redis} does not answer`);
  expect(up.stderr() + JSON.stringify(up.lines)).not.toContain("hunter2");
  for (const command of [["report"], ["queues"], ["jobs", "failed"]]) {
    const asked = spawnProcess("node", ["apps/cli/src/main.ts", ...command], { env: { UNDERSTUDY_URL: String(url) } });
    expect((await asked.exit).code).toBe(command[0] === "report" ? 0 : 1);
    // Reached: what is away is the queue, and not the gateway.
    expect(asked.stderr()).not.toContain("nothing answers");
  }
});

test("npm run demo starts an instance of its own and prints the account", async () => {
  const port = await freePort();
  // Nothing listens there, so the demo's own instance is asked for by its default address only.
  const elsewhere = spawnProcess("node", ["apps/cli/src/main.ts", "demo", "--url", `http://127.0.0.1:${port}`]);
  expect(await elsewhere.exit).toEqual({ code: 1, signal: null });
  expect(elsewhere.stderr()).toContain("nothing answers");

  const up = spawnProcess("node", ["apps/cli/src/main.ts", "up", "--port", "0", "--data-dir", await folder()]);
  const { url } = await up.line((line) => line["message"] === "understudy listens");
  const env = { UNDERSTUDY_URL: `${String(url)}/`, UNDERSTUDY_KEY: "sk-test-not-needed" };
  const demo = spawnProcess("node", ["apps/cli/src/main.ts", "demo", "--count", "20"], { env });
  expect(await demo.exit, demo.stderr()).toEqual({ code: 0, signal: null });
  const text = demo.lines.map((line) => String(line["text"])).join("\n");
  expect(text.match(/20 admitted = 20 paired \+ 0 failed \+ 0 expired \+ 0 dropped \+ 0 pending/g)).toHaveLength(3);
  expect(text).toMatch(
    /^(PROMOTE|KEEP WATCHING): equal-and-cheaper for primary-model, 20 pairs(?:, \d+ conversations)?; /m,
  );
  expect(text).toMatch(/^(REJECT|KEEP WATCHING): worse for primary-model, 20 pairs(?:, \d+ conversations)?; /m);
  expect(text).toMatch(/^CONTROL: primary-model with itself, 20 pairs(?:, \d+ conversations)?; /m);
});
