import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Simulator } from "@understudy/simulator";
import { freePort, type Managed, spawnProcess, stopAll } from "@understudy/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { modelEntry, sayHello, startSimulator } from "./fixtures/gateway.fixture.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
let folder: string;
let simulator: Simulator;
let configFile: string;
/** Nothing listens there, now and later. */
let awayDatabase: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "understudy-gateway-"));
  const started = await startSimulator();
  simulator = started.simulator;
  configFile = write("config.yaml", {
    // Not mirrored: with the queue away a stop takes all its time to hand over what it holds.
    model_list: [modelEntry("main", "gpt-4o", started.upstream)],
    general_settings: { master_key: "sk-test-master" },
  });
  awayDatabase = `postgres://user:sk-test-password@127.0.0.1:${await freePort()}/understudy`;
});

afterAll(async () => {
  await stopAll();
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

/** JSON is YAML too. */
function write(name: string, settings: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(settings));
  return path;
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Managed =>
  spawnProcess("node", [main, ...args], { env, cwd: folder });

async function urlOf(gateway: Managed): Promise<string> {
  const line = await gateway.line(({ message }) => message === "gateway listens");
  return String(line["url"]);
}

test("--help tells what it takes, and that is all", async () => {
  const help = run(["--help"]);
  expect(await help.exit).toEqual({ code: 0, signal: null });
  const printed = help.lines.map(({ text }) => text).join("\n");
  for (const said of ["Usage: npm run gateway", "--config", "UNDERSTUDY_CONFIG", "--database-url", "DATABASE_URL"]) {
    expect(printed).toContain(said);
  }
  expect(help.stderr()).toBe("");
});

describe("what cannot start ends with 1 and a line for each fault", () => {
  const faultsOf = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const failed = run(args, env);
    expect(await failed.exit).toEqual({ code: 1, signal: null });
    return failed.stderr().trim().split("\n");
  };

  test("without a config", async () => {
    expect(await faultsOf([])).toEqual(["no configuration: name a config.yaml with --config or UNDERSTUDY_CONFIG"]);
  });

  test("with a config that is not there", async () => {
    const [line, ...more] = await faultsOf(["--config", "nowhere.yaml"]);
    expect(more).toEqual([]);
    expect(line).toContain("nowhere.yaml");
  });

  test("with a config that is wrong twice", async () => {
    const entry = { model_name: "main", litellm_params: { model: "openai/gpt-4o", silent_model: "chaep" } };
    const wrong = write("wrong.yaml", { model_list: [entry], mirror_settings: { sample_rate: 2 } });
    const lines = await faultsOf(["--config", wrong], { DATABASE_URL: awayDatabase });
    expect(lines).toHaveLength(2);
    expect(lines.join("\n")).toMatch(/model_list\[0\]\.litellm_params\.silent_model.*chaep/);
    expect(lines.join("\n")).toMatch(/mirror_settings\.sample_rate/);
  });

  test("with a deployment that cannot be called", async () => {
    const keyless = write("keyless.yaml", {
      model_list: [{ model_name: "main", litellm_params: { model: "openai/gpt-4o" } }],
    });
    const lines = await faultsOf(["--config", keyless], { DATABASE_URL: awayDatabase });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/model_list\[0\]\.litellm_params\.api_key.*OPENAI_API_KEY/);
  });

  test("with a spool that holds what waits for another queue", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "understudy-data-"));
    const place = join(dataDir, "spool", "0");
    mkdirSync(join(place, "mirror-cheap"), { recursive: true });
    writeFileSync(join(place, "queue"), "0".repeat(64));
    writeFileSync(join(place, "mirror-cheap", "000000000001.jobs"), "a job");
    const env = { DATABASE_URL: awayDatabase, DATA_DIR: dataDir };
    const [line, ...more] = await faultsOf(["--config", configFile, "--port", "0"], env);
    expect(more).toEqual([]);
    expect(line).toContain(
      `--spool-dir (SPOOL_DIR): ${place} holds copies that wait for another queue than PostgreSQL at`,
    );
  });

  test("without a database", async () => {
    const [line, ...more] = await faultsOf(["--config", configFile]);
    expect(more).toEqual([]);
    expect(line).toContain("DATABASE_URL (--database-url) is not set");
  });

  test("with a flag that nobody knows", async () => {
    const [line, ...more] = await faultsOf(["--confg", configFile]);
    expect(more).toEqual([]);
    expect(line).toMatch(/--confg.*--help lists the flags/);
  });

  test("with an address that is no database's, which is not repeated", async () => {
    const lines = await faultsOf(["--config", configFile], { DATABASE_URL: "mysql://user:sk-test-password@host/db" });
    expect(lines).toEqual([expect.stringContaining("--database-url (DATABASE_URL)")]);
    expect(lines[0]).not.toContain("sk-test-password");
  });

  test("on a port that is taken, with what to do", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const args = [
      "--config",
      configFile,
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--database-url",
      awayDatabase,
    ];
    const lines = await faultsOf(args);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(lines[0]).toContain("PORT or --port");
    other.close();
  });
});

test("it serves primaries while the database is away, and ends with 0 when it is told to", async () => {
  const gateway = run(["--config", configFile, "--port", "0", "--host", "127.0.0.1"], {
    DATABASE_URL: awayDatabase,
    LOG_FORMAT: "json",
  });
  const url = await urlOf(gateway);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const headers = { authorization: "Bearer sk-test-master" };
  const answer = await ask(url, "/v1/chat/completions", { body: { model: "main", messages: sayHello }, headers });
  expect(answer.status).toBe(200);
  const stream = { model: "main", messages: sayHello, stream: true };
  expect((await ask(url, "/v1/chat/completions", { body: stream, headers })).text).toMatch(/data: \[DONE\]\n\n$/);
  expect((await ask(url, "/api/pairs", { headers })).status).toBe(503);
  expect((await ask(url, "/health/readiness")).json).toMatchObject({ status: "degraded" });

  const line = await gateway.line(({ message }) => message === "primary call ok");
  expect(line).toMatchObject({ role: "primary", is_silent_experiment: false, model_group: "main", status: "ok" });
  gateway.kill("SIGTERM");
  expect(await gateway.exit).toEqual({ code: 0, signal: null });
  expect(gateway.lines.at(-1)).toMatchObject({ message: "stopped" });
  expect(gateway.stderr()).toBe("");
  expect(JSON.stringify(gateway.lines)).not.toMatch(/sk-test-(?:password|master|main)/);
});

test("without a key it listens to this machine alone", async () => {
  const open = write("open.yaml", {
    model_list: [{ model_name: "m", litellm_params: { model: "openai/m", api_key: "sk-test-1" } }],
  });
  const gateway = run(["--config", open, "--port", "0", "--log-format", "json"], { DATABASE_URL: awayDatabase });
  expect(await urlOf(gateway)).toContain("http://127.0.0.1:");
  gateway.kill("SIGINT");
  expect(await gateway.exit).toEqual({ code: 0, signal: null });
});
