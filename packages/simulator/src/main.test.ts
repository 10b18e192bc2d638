import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { post, question } from "./client.fixture.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
}

async function outcome(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; out: string; error: string }> {
  const texts = { out: "", error: "" };
  child.stdout.on("data", (text: Buffer) => (texts.out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (texts.error += text.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...texts };
}

test("listens where it is told, flags before the environment, and stops on SIGTERM with a request under way", async () => {
  const child = run(["--port", "0", "--speed", "0"], { SIMULATOR_PORT: "not a port", PORT: "not one either" });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { url, ...rest } = JSON.parse(line.toString()) as { url: string };
  expect(rest).toEqual({ level: "info", message: "simulator listens" });
  expect((await post(url, question("gpt-4o", "Hello!"))).status).toBe(200);
  const leaving = new AbortController();
  const response = await post(url, question("sim-hang-after-headers", "Hello!"), { signal: leaving.signal });
  expect(response.status).toBe(200);
  child.kill("SIGTERM");
  expect(await outcome(child)).toMatchObject({ code: 0, error: "" });
  leaving.abort();
});

test("a bad flag is told in one clear line", async () => {
  const { code, out, error } = await outcome(run(["--prot", "1"]));
  expect([code, out]).toEqual([1, ""]);
  expect(error).toMatch(/^simulator: Unknown option '--prot'.*\n$/);
});
