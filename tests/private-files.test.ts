import { describeWith, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { chatBody, configText, experimentWhen, send, startSystem, writeConfig } from "./support/system.ts";
import { createSimulator } from "@understudy/simulator";

afterAll(stopAll);

/** A new database takes seconds of a processor, which a busy machine may not have. */
const PATIENCE_MS = 60_000;

/** Everything below the folder, and the folder, with what others may do with it. */
function exposedIn(folder: string): readonly string[] {
  const below = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name));
  return [folder, ...below].flatMap((file) => {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    const mode = (stat?.mode ?? 0) & 0o077;
    return stat === undefined || stat.isSymbolicLink() || mode === 0 ? [] : [`${file} ${mode.toString(8)}`];
  });
}

/** A process as a shell with no mask at all starts it. */
const withoutMask = (args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) =>
  spawnProcess("sh", ["-c", 'umask 000; exec "$0" "$@"', process.execPath, ...args], { env, cwd });

const LOGGING = (folder: string): string => `
logging_settings: { file: { path: "${folder}/logs/calls-{service}.jsonl", max_bytes: 4096 } }
`;

test(
  "one process keeps its database, lock, spool and log files from other users, whatever the umask",
  { timeout: 4 * PATIENCE_MS },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "understudy-private-"));
    chmodSync(folder, 0o777);
    const { url: providerUrl } = await createSimulator().start();
    const config = await writeConfig(configText(providerUrl, { more: LOGGING(folder) }));
    const env = { UNDERSTUDY_CONFIG: config, DATA_DIR: path.join(folder, "data"), LOG_FORMAT: "json" };
    const up = withoutMask([path.resolve("apps/cli/src/main.ts"), "up", "--port", "0"], env, folder);
    const { url } = await up.line((line) => typeof line["url"] === "string", PATIENCE_MS);
    for (let number = 0; number < 20; number += 1) await (await send(String(url), chatBody(`Say ${number}.`))).text();
    await experimentWhen(String(url), ({ counts }) => counts.paired === 20);
    const below = [path.join(folder, "data"), path.join(folder, "logs")];
    await pollUntil(() => Promise.resolve(readdirSync(below[1] ?? "")), {
      what: "a rotated log",
      until: (names) => names.length > 1,
    });
    expect(below.flatMap(exposedIn)).toEqual([]);
    up.kill("SIGTERM");
    await up.exit;
    expect(below.flatMap(exposedIn)).toEqual([]);

    // As a version before left them: found at the next start, and made good.
    for (const file of below.flatMap((each) => [
      each,
      ...readdirSync(each, { recursive: true, encoding: "utf8" }).map((name) => path.join(each, name)),
    ])) {
      chmodSync(file, lstatSync(file).isDirectory() ? 0o755 : 0o666);
    }
    const again = withoutMask([path.resolve("apps/cli/src/main.ts"), "up", "--port", "0"], env, folder);
    await again.line((line) => typeof line["url"] === "string", PATIENCE_MS);
    expect(exposedIn(below[0] ?? "")).toEqual([]);
  },
);

await describeWith({ redis: true, postgres: true }, "a gateway whose Redis is away", () => {
  test("keeps its spool from other users, and what another left in it", { timeout: 4 * PATIENCE_MS }, async () => {
    const system = await startSystem({ workers: 0 });
    await system.redis.kill();
    const spool = mkdtempSync(path.join(tmpdir(), "understudy-spool-"));
    mkdirSync(path.join(spool, "0", "mirror-evaluation-model"), { recursive: true });
    writeFileSync(path.join(spool, "0", "mirror-evaluation-model", "silent_model"), "evaluation-model");
    chmodSync(spool, 0o777);
    const env = { ...system.env, SPOOL_DIR: spool };
    const gateway = withoutMask([path.resolve("apps/gateway/src/main.ts"), "--port", "0"], env, process.cwd());
    const { url } = await gateway.line((line) => line["message"] === "gateway listens", PATIENCE_MS);
    await (await send(String(url), chatBody("Say hello."))).text();
    await pollUntil(() => Promise.resolve(readdirSync(spool, { recursive: true, encoding: "utf8" })), {
      what: "a job on the disk",
      until: (names) => names.some((name) => name.endsWith(".jobs")),
    });
    expect(exposedIn(spool)).toEqual([]);
  });
});
