import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a sink is made of. `prom-client` brings OpenTelemetry's API with it, and metrics are always on. */
const LIBRARIES =
  /node_modules\/(@aws-sdk|@smithy|@langfuse|bullmq-otel|@opentelemetry\/(?!api\/)[^/]+|rotating-file-stream)\//;

/** The libraries that a process has loaded once it has opened its sinks, by package. */
async function loadedWith(litellm_settings: object, env: object = {}): Promise<readonly string[]> {
  const root = new URL("../../../../", import.meta.url).href;
  const code = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ load: (url, context, next) => (loaded.add(url), next(url, context)) });
    const { resolveConfig } = await import("${root}packages/config/src/index.ts");
    const { silentLogger: logger, systemClock: clock } = await import("${root}packages/runtime/src/index.ts");
    const { openQueueSpans, openSinks, tracePrimaries } = await import("${root}packages/telemetry/src/index.ts");
    const model_list = [{ model_name: "a", litellm_params: { model: "openai/x" } }];
    const config = resolveConfig({ model_list, litellm_settings: ${JSON.stringify(litellm_settings)} }, ${JSON.stringify(env)});
    const opened = [openSinks(config, { service: "gateway", clock, logger }), tracePrimaries(config)];
    opened.push(await openQueueSpans(config, { service: "gateway", clock, logger }));
    console.log(JSON.stringify({ loaded: [...loaded], opened: opened.map((part) => part !== null) }));
    process.exit(0);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
  const { loaded, opened } = JSON.parse(stdout) as { loaded: readonly string[]; opened: readonly boolean[] };
  const packages = loaded.flatMap((url) => LIBRARIES.exec(url)?.[1] ?? []);
  return [...new Set(packages), ...opened.map(String)].toSorted();
}

test("with no sink nothing is opened, and no library of one is loaded", async () => {
  expect(await loadedWith({})).toEqual(["false", "false", "false"]);
});

test("a sink's library is loaded when its first call is written, and the queue's spans only for otel", async () => {
  const keys = { LANGFUSE_PUBLIC_KEY: "pk", LANGFUSE_SECRET_KEY: "sk" };
  expect(await loadedWith({ callbacks: ["langfuse"] }, keys)).toEqual(["false", "false", "true"]);
  const traced = await loadedWith({ callbacks: ["otel"] });
  expect(traced.slice(-3)).toEqual(["true", "true", "true"]);
  expect(traced).toContain("bullmq-otel");
});
