import { spawnProcess, stopAll } from "@understudy/testkit";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, released } from "../tools/release.ts";

afterAll(stopAll);

const manifests = globSync("{.,apps/*,packages/*}/package.json");
const BESIDE = [
  "Dockerfile",
  "deploy/kubernetes/small/kustomization.yaml",
  "deploy/kubernetes/large/kustomization.yaml",
];
const versionIn = async (folder: string, file: string): Promise<string> =>
  (JSON.parse(await readFile(path.join(folder, file), "utf8")) as { version: string }).version;

describe("a release", () => {
  let folder: string;
  let code: number | null;
  let check: (tag: string) => Promise<string>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "understudy-release-"));
    for (const file of [
      ...manifests,
      ...BESIDE,
      "package-lock.json",
      ".npmrc",
      "CHANGELOG.md",
      ".changeset/config.json",
    ]) {
      await cp(file, path.join(folder, file));
    }
    const change = '---\n"@understudy/sdk": minor\n---\n\nWhat a user\nhas to know.\n';
    await writeFile(path.join(folder, ".changeset/what-came.md"), change);
    const env = { PATH: `${path.resolve("node_modules/.bin")}:${process.env["PATH"]}` };
    const run = spawnProcess("node", [path.resolve("tools/release.ts")], { cwd: folder, env });
    ({ code } = await run.exit);
    check = async (tag) => {
      const asked = spawnProcess("node", [path.resolve("tools/release.ts"), "--check", tag], { cwd: folder });
      await asked.exit;
      return asked.stderr();
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("gives all packages one version, and what they say of each other", async () => {
    expect(code).toBe(0);
    const [major = "", minor = ""] = (await versionIn(".", "package.json")).split(".");
    const next = `${major}.${Number(minor) + 1}.0`;
    const versions = await Promise.all(manifests.map((file) => versionIn(folder, file)));
    expect(new Set(versions)).toEqual(new Set([next]));
    const texts = await Promise.all(
      [...manifests, "package-lock.json"].map((file) => readFile(path.join(folder, file), "utf8")),
    );
    const pins = texts.flatMap((text) => [...text.matchAll(/"@understudy\/\w+": "([^"]+)"/g)].map(([, pin]) => pin));
    expect(pins.length).toBeGreaterThan(50);
    expect(new Set(pins)).toEqual(new Set([next]));
    for (const file of BESIDE) expect(await readFile(path.join(folder, file), "utf8"), file).toContain(next);
    expect(await check(`v${next}`)).toBe("");
    expect((await check("v99.0.0")).split("\n")).toContain(`Dockerfile is ${next}, not 99.0.0`);
  });

  test("tells of it in the changelog, with its date, once", async () => {
    const text = await readFile(path.join(folder, "CHANGELOG.md"), "utf8");
    expect(text).toMatch(/^# Changelog\n\n## Unreleased\n\n## \d+\.\d+\.0 \(\d{4}-\d\d-\d\d\)\n\n/);
    expect(text.match(/^- What a user\n {2}has to know\.$/gm)).toHaveLength(1);
    expect(text.length).toBeGreaterThan((await readFile("CHANGELOG.md", "utf8")).length);
  });
});

test("what is unreleased comes before the changes, and older versions stay", () => {
  const before = "# Changelog\n\n## Unreleased\n\n- One.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n";
  expect(released(before, "0.2.0 (2026-02-02)", ["Two.\n"])).toBe(
    "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-02)\n\n- One.\n- Two.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n",
  );
});

test("a tag that is not what stands here is told, package by package", () => {
  const changelog = "## 0.2.0 (2026-02-02)\n";
  const both = (version: string) => [
    { name: "a", version: "0.2.0" },
    { name: "b", version },
  ];
  expect(faultsOf("v0.2.0", both("0.2.0"), changelog)).toEqual([]);
  expect(faultsOf("v0.2.0", both("0.1.0"), changelog)).toEqual(["b is 0.1.0, not 0.2.0"]);
  expect(faultsOf("v0.2.0", both("0.2.0"), "## 0.2.0\n")).toEqual(['CHANGELOG.md has no "## 0.2.0 (date)"']);
});

test("what stands here is of one version, and told of", async () => {
  const asked = spawnProcess("node", ["tools/release.ts", "--check", `v${await versionIn(".", "package.json")}`]);
  expect([(await asked.exit).code, asked.stderr()]).toEqual([0, ""]);
});

test("every version of the changelog has a date", async () => {
  const headings = (await readFile("CHANGELOG.md", "utf8")).match(/^## .+$/gm) ?? [];
  expect(headings[0]).toBe("## Unreleased");
  expect(headings.slice(1).filter((heading) => !/^## \d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)$/.test(heading))).toEqual([]);
});
