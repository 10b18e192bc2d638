import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
type Permissions = Readonly<Record<string, "read" | "write">> | string;
interface Job {
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Permissions;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = ".github/workflows";
const files = readdirSync(FOLDER);
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

/** What a job may have beyond reading the source, and which may. Nobody else writes anything. */
const MAY: Readonly<Record<string, Readonly<Record<string, "read" | "write">>>> = {
  "site.yml show": { pages: "write", "id-token": "write" },
  "release.yml packages": { contents: "read", "id-token": "write" },
  "release.yml image": { contents: "read", packages: "write", "id-token": "write" },
};

test("there is one that checks, one for the site, one for images and one that publishes", () => {
  expect(files.toSorted()).toEqual(["check.yml", "images.yml", "release.yml", "site.yml"]);
});

describe.each(files)("%s", (file) => {
  const text = readFileSync(path.join(FOLDER, file), "utf8");
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test("reads the source and may do no more, but for the jobs that need to", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const [name, { permissions }] of jobs) expect(permissions, name).toEqual(MAY[`${file} ${name}`]);
  });

  test("names actions by the commit, with the version beside it", () => {
    const used = [...text.matchAll(/uses: (.+)$/gm)].map(([, action = ""]) => action);
    expect(used.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test("leaves no credential in the checkout, and runs nothing of a stranger's with rights", () => {
    expect(workflow.on).not.toHaveProperty("pull_request_target");
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const step of checkouts) expect(step.with).toMatchObject({ "persist-credentials": false });
    // What strangers write reaches a shell as a variable, never as a part of the command.
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  test("ends by itself, and does not run twice for one thing", () => {
    expect(workflow.concurrency?.group).toContain("${{ github.ref }}");
    for (const [name, job] of jobs) expect(job["timeout-minutes"], name).toBeLessThanOrEqual(90);
  });

  test("names only scripts and files that are there", () => {
    const commands = steps.map(({ run = "" }) => run).join("\n");
    const asked = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(asked.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const named = [...commands.matchAll(/(?:tests|\.ci|tools)\/[\w./-]+/g)].map(([name]) => name);
    expect(named.filter((name) => readFileSync(name).length === 0)).toEqual([]);
  });
});

test("every right that is granted is one that a job has", () => {
  const granted = files.flatMap((file) => {
    const { jobs } = parse(readFileSync(path.join(FOLDER, file), "utf8")) as Workflow;
    return Object.keys(jobs).map((name) => `${file} ${name}`);
  });
  expect(Object.keys(MAY).filter((name) => !granted.includes(name))).toEqual([]);
});
