import { execFileSync } from "node:child_process";
import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

// `npm run release` makes one version of what `.changeset` has: in every package.json, in the lock file and in CHANGELOG.md, with
// its date. `npm run release -- --check v1.2.3` ends with 1 where that is not what stands here.

const UNRELEASED = "## Unreleased\n";

/** What names the version beside the package.json files. */
const BESIDE: readonly (readonly [file: string, version: RegExp])[] = [
  ["Dockerfile", /(?<=^ARG VERSION=)\S+/m],
  ["deploy/kubernetes/small/kustomization.yaml", /(?<=\bnewTag: )[\w.-]+/],
  ["deploy/kubernetes/large/kustomization.yaml", /(?<=\bnewTag: )[\w.-]+/],
];

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** What stands under Unreleased becomes a version's, with the texts of the changes after it. */
export function released(changelog: string, heading: string, changes: readonly string[]): string {
  const at = changelog.indexOf(UNRELEASED);
  if (at === -1) throw new Error(`CHANGELOG.md has no "${UNRELEASED.trim()}"`);
  const before = changelog.slice(0, at);
  const [own = "", ...older] = changelog.slice(at + UNRELEASED.length).split(/\n(?=## )/);
  const items = [own.trim(), ...changes.map(asItem)].filter((text) => text !== "");
  return [`${before}${UNRELEASED}`, `## ${heading}\n`, `${items.join("\n")}\n`, ...older].join("\n");
}

const asItem = (text: string): string => `- ${text.trim().replaceAll(/\s*\n\s*/g, "\n  ")}`;

/** What is not as a tag says; empty when all is. */
export function faultsOf(tag: string, manifests: readonly Manifest[], changelog: string): readonly string[] {
  const version = tag.replace(/^v/, "");
  const others = manifests.filter((one) => one.version !== version);
  const told = changelog
    .split("\n")
    .some((line) => line.startsWith(`## ${version} (`) && /\(\d{4}-\d\d-\d\d\)$/.test(line));
  return [
    ...others.map((one) => `${one.name} is ${one.version}, not ${version}`),
    ...(told ? [] : [`CHANGELOG.md has no "## ${version} (date)"`]),
  ];
}

function manifestsBelow(root: string): readonly Manifest[] {
  const files = ["package.json", ...globSync("{apps,packages}/*/package.json", { cwd: root })];
  return files.map((file) => JSON.parse(readFileSync(path.join(root, file), "utf8")) as Manifest);
}

/** The texts of the changes, without the part of the version that each moves. */
function changesIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
  return files.toSorted().map((name) => readFileSync(path.join(folder, name), "utf8").replace(/^---\n.*?\n---\n/s, ""));
}

function release(root: string, today: string): void {
  const changes = changesIn(path.join(root, ".changeset"));
  if (changes.length === 0) throw new Error("nothing says which part of the version moves: npm run change");
  const run = (program: string, ...args: readonly string[]): void =>
    void execFileSync(program, args, { cwd: root, stdio: "inherit" });
  run("changeset", "version");
  const version = manifestsBelow(root).find(({ name }) => name === "@understudy/cli")?.version ?? "";
  run("npm", "pkg", "set", `version=${version}`);
  for (const [name, place] of BESIDE) {
    const file = path.join(root, name);
    writeFileSync(file, readFileSync(file, "utf8").replace(place, version));
  }
  run("npm", "install", "--package-lock-only", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
  const file = path.join(root, "CHANGELOG.md");
  writeFileSync(file, released(readFileSync(file, "utf8"), `${version} (${today})`, changes));
  process.stdout.write(`Version ${version}. Look at it, commit it, and tag it v${version}: the tag publishes it.\n`);
}

function main(args: readonly string[]): void {
  const root = process.cwd();
  if (args[0] !== "--check") return release(root, new Date().toISOString().slice(0, 10));
  const beside = BESIDE.map(([name, place]) => {
    const [version = "nothing"] = place.exec(readFileSync(path.join(root, name), "utf8")) ?? [];
    return { name, version };
  });
  const faults = faultsOf(
    args[1] ?? "",
    [...manifestsBelow(root), ...beside],
    readFileSync(path.join(root, "CHANGELOG.md"), "utf8"),
  );
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
