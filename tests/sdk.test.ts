import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { createSimulator } from "@understudy/simulator";
import { spawnProcess, stopAll } from "@understudy/testkit";
import { copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findOldNode, installOldestNode, npm, OLDEST_NODE } from "./support/npm.ts";

// The SDK as somebody gets it: built, packed, and installed from its tarball into an empty project.

const HERE = path.resolve(import.meta.dirname, "..");
const SDK = path.join(HERE, "packages/sdk");
const BIN = path.join(HERE, "node_modules/.bin");
/** As modules, whatever the project is. */
const EXAMPLES = ["sdk.mts", "sdk-apis.mts"] as const;

const simulator = createSimulator();
const ownNode = await findOldNode();

let folder: string;
let project: string;
let oldestNode: string;
let tarball: Buffer<ArrayBuffer>;
let providers: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "understudy-sdk-")));
  project = path.join(folder, "project");
  await Promise.all([mkdir(project), mkdir(path.join(folder, "node"))]);
  const installing = installOldestNode(path.join(folder, "node"));
  await npm(["pack", "--pack-destination", folder], SDK);
  const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  tarball = await readFile(path.join(folder, name));
  [oldestNode] = await Promise.all([installing, npm(["install", `../${name}`], project)]);
  await Promise.all(
    EXAMPLES.map((file) =>
      copyFile(path.join(HERE, "examples", file.replace(".mts", ".ts")), path.join(project, file)),
    ),
  );
  const { url } = await simulator.start();
  const key = "sk-test-sdk-package";
  providers = {
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: `${url}/v1`,
    ANTHROPIC_API_KEY: key,
    ANTHROPIC_BASE_URL: url,
  };
}, 180_000);

afterAll(async () => {
  await stopAll();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the README's program is examples/sdk.ts", async () => {
  const program = await readFile(path.join(HERE, "examples/sdk.ts"), "utf8");
  expect(await readFile(path.join(HERE, "README.md"), "utf8")).toContain(`\`\`\`ts\n${program}\`\`\``);
});

describe("the tarball", () => {
  test("holds what is built and what is to be read, and nothing else", async () => {
    const files = await readdir(installed("@understudy/sdk"), { recursive: true, withFileTypes: true });
    expect(files.flatMap((file) => (file.isFile() ? [file.name] : [])).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "index.d.ts",
      "index.js",
      "node-version.js",
      "package.json",
      "sdk.js",
    ]);
    expect(await readFile(path.join(SDK, "LICENSE"), "utf8")).toBe(await readFile(path.join(HERE, "LICENSE"), "utf8"));
  });

  test("gives publint nothing to say", async () => {
    const { buffer, byteOffset, byteLength } = tarball;
    const pack = { tarball: buffer.slice(byteOffset, byteOffset + byteLength) };
    expect((await publint({ pack, strict: true })).messages).toEqual([]);
  });

  test("gives arethetypeswrong nothing to say but that it is ESM", async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball));
    expect(result.types).toMatchObject({ kind: "included" });
    const problems = "problems" in result ? result.problems : [];
    expect(problems.filter(({ kind }) => kind !== "CJSResolvesToESM")).toEqual([]);
  });

  test("depends on what it imports, in the versions that it was tried with", async () => {
    const { dependencies } = await manifest(SDK);
    const built = await readFile(path.join(SDK, "dist/sdk.js"), "utf8");
    const imports = [...built.matchAll(/^import .* from "(?!node:)([^"]+)";$/gm)].map(([, name = ""]) => name);
    const imported = new Set(imports);
    expect(imported).toEqual(new Set(Object.keys(dependencies ?? {})));
    const rooms = (await readdir(path.dirname(SDK))).filter((name) => name !== "sdk");
    const manifests = await Promise.all(rooms.map((name) => manifest(path.join(SDK, "..", name))));
    const others = Object.fromEntries(
      manifests.flatMap((room) => Object.entries(room.dependencies ?? {})).filter(([name]) => imported.has(name)),
    );
    expect(dependencies).toMatchObject(others);
  });

  test("wants the packages of the bridge and of clouds only where they are used, in the versions that it was tried with", async () => {
    const { peerDependencies, peerDependenciesMeta } = await manifest(SDK);
    const rooms = await Promise.all(["bridge", "router"].map((room) => manifest(path.join(SDK, "..", room))));
    const all = rooms.flatMap(({ dependencies }) => Object.entries(dependencies ?? {}));
    const loaded = all.filter(([name]) => /^@(?:ai-sdk|aws-sdk|smithy)\/(?!provider$)/.test(name));
    expect(peerDependencies).toEqual(Object.fromEntries(loaded));
    expect(Object.keys(peerDependenciesMeta ?? {})).toEqual(Object.keys(peerDependencies ?? {}));
  });
});

describe("an empty project that installs it", () => {
  test("has neither a queue's client nor a database's, nor another package of ours", async () => {
    const { packages } = JSON.parse(await readFile(path.join(project, "package-lock.json"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    const names = Object.keys(packages).map((place) => place.slice(place.lastIndexOf("node_modules/") + 13));
    expect(names).toContain("undici");
    const unwanted = /^(?:bullmq|ioredis|pg|pg-.*|zod|express|@electric-sql\/.*|@understudy\/(?!sdk$).*)$/;
    expect(names.filter((name) => unwanted.test(name))).toEqual([]);
  });

  test("has types that stand by themselves", async () => {
    const compilerOptions = { module: "nodenext", target: "es2024", strict: true, noEmit: true, types: ["node"] };
    const typeRoots = [path.join(HERE, "node_modules/@types")];
    const config = { compilerOptions: { ...compilerOptions, typeRoots }, files: EXAMPLES };
    await writeFile(path.join(project, "tsconfig.json"), JSON.stringify(config));
    const tsc = spawnProcess(path.join(BIN, "tsc"), ["--project", project]);
    expect([await tsc.exit, tsc.lines, tsc.stderr()]).toEqual([{ code: 0, signal: null }, [], ""]);
  });

  test.each([
    [OLDEST_NODE, () => oldestNode],
    ["24", () => path.join(BIN, "node")],
  ])("calls and mirrors on Node %s, as the examples do", async (version, node) => {
    const { lines } = await run(node(), ["sdk.mts"]);
    expect(lines.filter((line) => line.startsWith("answer: "))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("pair: ok and ok"))).toHaveLength(2);

    const apis = (await run(node(), ["sdk-apis.mts"])).lines;
    for (const api of ["completion", "responses", "messages"]) {
      expect(apis).toContainEqual(expect.stringMatching(`^${api}: .*Paris`));
    }
    expect(apis).toContainEqual(expect.stringMatching(/^embeddings: (\d+), \1$/));
    expect(apis.filter((line) => /Paris/.test(line) && !line.includes(":"))).toHaveLength(3);
    expect(apis).toContain("left: AbortError");
    for (const api of ["chat", "responses", "messages"]) {
      expect(apis).toContain(`pair: ${api}, plain`);
      expect(apis).toContain(`pair: ${api}, streamed`);
    }

    const required = `process.version + " " + Object.keys(require("@understudy/sdk"))`;
    const [said] = (await run(node(), ["--print", required])).lines;
    expect(said).toMatch(new RegExp(`^v${version}.* CallFailedError,ConfigError,Router$`));
  });

  const tooNew = ownNode === null ? "no older Node on PATH" : null;
  test.skipIf(tooNew !== null)(
    `says in one line that the Node is too old${tooNew === null ? "" : ` [skipped: ${tooNew}]`}`,
    async () => {
      const program = `import("@understudy/sdk").then(() => console.log("loaded"))`;
      const old = spawnProcess(ownNode ?? "", ["--eval", program], { cwd: project });
      expect(await old.exit).toEqual({ code: 1, signal: null });
      expect(old.stderr()).toMatch(/^@understudy\/sdk needs Node 22\.19 or later; this is Node [\d.]+\n$/);
      expect(old.lines).toEqual([]);

      const caught = `import("@understudy/sdk").catch(({ message }) => console.log(message))`;
      const lenient = await run(ownNode ?? "", ["--eval", caught]);
      expect(lenient.lines).toEqual([expect.stringContaining("needs Node 22.19")]);
    },
  );
});

function installed(name: string): string {
  return path.join(project, "node_modules", name);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, object>>;
}

async function manifest(of: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(of, "package.json"), "utf8")) as Manifest;
}

/** In the project, to its end, which has to be a good one. */
async function run(node: string, args: readonly string[]): Promise<{ readonly lines: readonly string[] }> {
  const ran = spawnProcess(node, args, { cwd: project, env: providers });
  expect(await ran.exit, ran.stderr()).toEqual({ code: 0, signal: null });
  return { lines: ran.lines.map((line) => String(line["text"])) };
}
