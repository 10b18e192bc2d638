import { createSimulator } from "@understudy/simulator";
import { type Managed, pollUntil, spawnProcess, startPostgres, startRedis, stopAll } from "@understudy/testkit";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findOldNode, installOldestNode, npm, OLDEST_NODE } from "./support/npm.ts";
import { getJson } from "./support/system.ts";

// What `npx @understudy/cli` runs: built, packed, and installed from its tarball into an empty folder.

const HERE = path.resolve(import.meta.dirname, "..");
const CLI = path.join(HERE, "apps/cli");
const MB = 1024 ** 2;

const oldNode = await findOldNode();

let folder: string;
let project: string;
let tarball: Buffer<ArrayBuffer>;
let oldestNode: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "understudy-package-")));
  project = path.join(folder, "project");
  await Promise.all([mkdir(project), mkdir(path.join(folder, "node"))]);
  const installing = installOldestNode(path.join(folder, "node"));
  await npm(["run", "build"], CLI);
  await npm(["pack", "--pack-destination", folder], path.join(CLI, "dist"));
  const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  tarball = await readFile(path.join(folder, name));
  [oldestNode] = await Promise.all([installing, npm(["install", `../${name}`], project)]);
}, 300_000);

afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

const installed = (): string => path.join(project, "node_modules/@understudy/cli");
const understudy = (node: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Managed =>
  spawnProcess(node, [path.join(installed(), "understudy.js"), ...args], { cwd: project, env });

describe("the tarball", () => {
  test("holds what is built, the page and the examples, and whose code is in it", async () => {
    const files = await readdir(installed(), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "README.md",
        "THIRD-PARTY.txt",
        "page/index.html",
        "examples/candidates.yaml",
      ]),
    );
    expect(files.filter((file) => /\.(?:ts|tsx|map)$|\.test\.|\.fixture/.test(file))).toEqual([]);
    const words = await readFile(path.join(installed(), "THIRD-PARTY.txt"), "utf8");
    for (const name of ["express", "bullmq", "ioredis", "axios", "winston", "pg"]) {
      expect(words).toMatch(new RegExp(`^${name}@\\d\\S* +MIT, \\d+$`, "m"));
    }
  });

  test("gives publint nothing to say", async () => {
    const { buffer, byteOffset, byteLength } = tarball;
    const pack = { tarball: buffer.slice(byteOffset, byteOffset + byteLength) };
    expect((await publint({ pack, strict: true })).messages).toEqual([]);
  });

  test("is less than 60 MB once it is installed, with all that comes with it", async () => {
    expect((await bytesBelow(path.join(project, "node_modules"))) / MB).toBeLessThan(60);
  });
});

test.each([
  [OLDEST_NODE, () => oldestNode],
  ["24", () => process.execPath],
])("on Node %s, `up` answers, mirrors, and shows what came of it", { timeout: 240_000 }, async (version, node) => {
  const data = path.join(folder, `data-${version}`);
  const up = understudy(node(), ["up", "--port", "0", "--data-dir", data]);
  const url = String((await up.line(({ message }) => message === "understudy listens"))["url"]);
  await expect(askCapital(url)).resolves.toContain("Paris");
  await pollUntil(() => getJson<{ data: readonly object[] }>(`${url}/api/pairs`), {
    until: ({ data: pairs }) => pairs.length >= 3,
    what: "a pair of each silent model",
  });
  const page = await fetch(`${url}/ui/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>")]);
  const report = understudy(node(), ["report", "--url", url]);
  expect([await report.exit, report.stderr()]).toEqual([{ code: 0, signal: null }, ""]);
  expect(report.lines.map(({ text }) => text).join("\n")).toContain("equal-and-cheaper");
  expect(up.stderr()).toContain("npx @understudy/cli report");
  up.kill("SIGTERM");
  expect(await up.exit).toEqual({ code: 0, signal: null });
});

test(
  `on Node ${OLDEST_NODE}, gateway and worker run apart, on Redis and PostgreSQL`,
  { timeout: 240_000 },
  async () => {
    const simulator = createSimulator();
    const { url: provider } = await simulator.start();
    const config = path.join(folder, "config.yaml");
    await writeFile(config, configText(`${provider}/v1`));
    const [redis, database] = [await startRedis(), await (await startPostgres()).createDatabase()];
    const shared = { REDIS_URL: redis.url, DATABASE_URL: database.url, SPOOL_DIR: path.join(folder, "spool") };
    const check = understudy(oldestNode, ["check", config]);
    expect([await check.exit, check.stderr()]).toEqual([{ code: 0, signal: null }, ""]);
    const gateway = understudy(oldestNode, ["gateway", "--config", config, "--port", "0"], shared);
    const worker = understudy(oldestNode, ["worker", "--config", config], shared);
    const url = String((await gateway.line(({ message }) => message === "gateway listens"))["url"]);
    await worker.line(({ message }) => message === "worker listens");
    await askCapital(url);
    await pollUntil(() => getJson<{ data: readonly object[] }>(`${url}/api/pairs`), {
      until: ({ data: pairs }) => pairs.length === 1,
      what: "the pair",
    });
    // What only some need is named once it is needed.
    await worker.line(({ error }) => String(error).includes("npm install @aws-sdk/client-s3@"));
    for (const one of [gateway, worker]) {
      one.kill("SIGTERM");
      expect(await one.exit).toEqual({ code: 0, signal: null });
    }
    await simulator.stop();
  },
);

test("lists its commands without loading what they stand on", async () => {
  const help = understudy(process.execPath, []);
  expect(await help.exit).toEqual({ code: 0, signal: null });
  expect(help.lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^ {2}gateway {6}the gateway alone/));
});

test.skipIf(oldNode === null)("says in one line that the Node is too old", async () => {
  const old = understudy(oldNode ?? "", ["up"]);
  expect(await old.exit).toEqual({ code: 1, signal: null });
  expect(old.stderr()).toMatch(/^understudy needs Node 22\.19 or later; this is Node [\d.]+\n$/);
  expect(old.lines).toEqual([]);
});

async function askCapital(url: string): Promise<string> {
  const messages = [{ role: "user", content: "What is the capital of France?" }];
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "primary-model", messages }),
  });
  expect(response.status).toBe(200);
  return response.text();
}

function configText(base: string): string {
  const params = (model: string): string => `model: openai/${model}, api_base: "${base}", api_key: sk-test-package-key`;
  return `model_list:
  - model_name: primary-model
    litellm_params: { ${params("sim-primary")}, silent_model: candidate }
  - model_name: candidate
    litellm_params: { ${params("sim-candidate")} }
litellm_settings:
  success_callback: [s3_v2]
  s3_callback_params: { s3_bucket_name: calls, s3_region_name: eu-central-1, s3_aws_access_key_id: test, s3_aws_secret_access_key: test }
`;
}

async function bytesBelow(root: string): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(path.join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((total, { size }) => total + size, 0);
}
