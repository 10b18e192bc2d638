import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

// `npm run licences` lists what is installed by its licence, and ends with 1 where one is not allowed or not known.

const ALLOWED = new Set([
  "MIT",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "0BSD",
  "BlueOak-1.0.0",
  "Unlicense",
]);

/**
 * One builds the page's styles, and nothing of it is in them; the others look at the page, come with what looks at the manifests, in tests, or have
 * pictures for the pages of the documentation, which use none: they ship nowhere.
 */
const ALLOWED_TOO: readonly (readonly [RegExp, string])[] = [
  [/^lightningcss(?:-|$)/, "MPL-2.0"],
  [/^axe-core$/, "MPL-2.0"],
  [/^railroad-diagrams$/, "CC0-1.0"],
  [/^@iconify-json\/simple-icons$/, "CC0-1.0"],
];

/** Packages that name no licence where programs look for it, in just this version; their Readme.md does. */
const READ_BY_HAND: ReadonlyMap<string, string> = new Map([
  ["humanize-number@0.0.2", "MIT"],
  ["only@0.0.2", "MIT"],
]);

interface Locked {
  readonly version?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
}

export interface Installed {
  readonly name: string;
  readonly version: string;
  /** As its own package.json says, in SPDX's words; null where it says nothing. */
  readonly licence: string | null;
  /** Whether it is only there to make or test what ships. */
  readonly development: boolean;
}

/** Every package of the lock file; of those of other platforms, which are not here, the lock file's word is taken. */
export function installedPackages(root: string): readonly Installed[] {
  const { packages } = readJson(path.join(root, "package-lock.json")) as { packages: Record<string, Locked> };
  return Object.entries(packages).flatMap(([place, locked]) => {
    if (!place.includes("node_modules/") || locked.link === true) return [];
    const file = path.join(root, place, "package.json");
    const written = existsSync(file) ? (readJson(file) as Record<string, unknown>) : locked;
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const licence = licenceOf(written as Record<string, unknown>) ?? locked.license ?? null;
    return [{ name, version: locked.version ?? "?", licence, development: locked.dev === true }];
  });
}

/** Null where it may be used; else why not. */
export function whyNotAllowed({ name, version, licence }: Installed): string | null {
  const known = licence ?? READ_BY_HAND.get(`${name}@${version}`);
  if (known === undefined) return "names no licence";
  const allowedToo = ALLOWED_TOO.flatMap(([names, one]) => (names.test(name) ? [one] : []));
  return satisfies(known, new Set([...ALLOWED, ...allowedToo])) ? null : `${known} is not allowed`;
}

/** One of several by OR, all of several by AND; AND binds before OR, and brackets before both. */
function satisfies(expression: string, allowed: ReadonlySet<string>): boolean {
  const inner = /\(([^()]*)\)/.exec(expression);
  if (inner === null) {
    return expression.split(" OR ").some((choice) => choice.split(" AND ").every((one) => allowed.has(one.trim())));
  }
  const [some = "MIT"] = allowed;
  const value = satisfies(inner[1] ?? "", allowed) ? some : "none";
  return satisfies(expression.replace(inner[0], value), allowed);
}

function licenceOf(written: Record<string, unknown>): string | null {
  const { license, licenses } = written;
  if (typeof license === "string") return license;
  const listed: readonly unknown[] = Array.isArray(licenses) ? licenses : [license];
  const types = listed.map((one) => (one as { type?: unknown } | null | undefined)?.type);
  return types.length > 0 && types.every((type) => typeof type === "string") ? types.join(" OR ") : null;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function main(): void {
  const installed = installedPackages(fileURLToPath(new URL("..", import.meta.url)));
  const byLicence = Map.groupBy(installed, (one) => `${one.licence ?? READ_BY_HAND.get(`${one.name}@${one.version}`)}`);
  const shown = [...byLicence].toSorted(([, one], [, other]) => other.length - one.length);
  for (const [licence, packages] of shown) {
    const shipped = packages.filter(({ development }) => !development).length;
    process.stdout.write(`${licence}: ${packages.length} packages, ${shipped} of them needed to run\n`);
  }
  const refused = installed.flatMap((one) => {
    const why = whyNotAllowed(one);
    return why === null ? [] : [`${one.name}@${one.version}: ${why}`];
  });
  for (const line of refused) process.stderr.write(`${line}\n`);
  if (refused.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
