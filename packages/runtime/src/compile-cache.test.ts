import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";

const LOADER = JSON.stringify(new URL("compile-cache.ts", import.meta.url).href);

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "understudy-compiled-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

/** Starts a process that loads a module and is then killed; what it had printed. */
async function loadAndDie(home: string, cache: string, then = ""): Promise<string> {
  await writeFile(path.join(home, "part.ts"), "export const part: string = 'loaded';");
  const script = `
    import { Worker } from "node:worker_threads";
    import { loadKept } from ${LOADER};
    const { part } = await loadKept(process.env, () => import(${JSON.stringify(path.join(home, "part.ts"))}));
    process.stdout.write(part);
    ${then}
    process.kill(process.pid, "SIGKILL");`;
  const args = ["--input-type=module", "--eval", script];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_COMPILE_CACHE: cache, NODE_DEBUG_NATIVE: "COMPILE_CACHE" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return said + errors;
}

test("what a process has loaded is kept, even if it is killed, and taken from there the next time", async () => {
  const [home, cache] = [await folder(), await folder()];
  const read = /reading cache from .+ for StrippedTypeScript \S*part\.ts\.*(?: success|.*success)/;
  expect(await loadAndDie(home, cache)).not.toMatch(read);
  expect(await readdir(cache, { recursive: true })).not.toEqual([]);
  const second = await loadAndDie(home, cache);
  expect(second).toContain("loaded");
  expect(second).toMatch(read);
});

test("its threads take it from there, too", async () => {
  const [home, cache] = [await folder(), await folder()];
  const inThread = `
    const look = 'import module from "node:module"; import { parentPort } from "node:worker_threads";' +
      'parentPort.postMessage(module.getCompileCacheDir())';
    const thread = new Worker(look, { eval: true });
    process.stdout.write(await new Promise((resolve) => thread.once("message", resolve)));`;
  expect(await loadAndDie(home, cache, inThread)).toContain(`loaded${cache}`);
});

test("it lies beside the packages, unless the variable says otherwise", async () => {
  const script = `import { loadKept } from ${LOADER};
    await loadKept(process.env, () => Promise.resolve());
    process.stdout.write(process.env["NODE_COMPILE_CACHE"]);`;
  const env = { ...process.env };
  delete env["NODE_COMPILE_CACHE"];
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(await text(child.stdout)).toBe(
    path.resolve(import.meta.dirname, "../../../node_modules/.cache/node") + path.sep,
  );
});

test("a folder that cannot be written is done without", async () => {
  const home = await folder();
  await writeFile(path.join(home, "file"), "");
  expect(await loadAndDie(home, path.join(home, "file/cache"))).toContain("loaded");
});
