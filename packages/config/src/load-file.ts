import { readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "./config.ts";
import type { ProcessEnv } from "./environment.ts";
import { ConfigError, type Fault } from "./fault.ts";
import { kindOf, type Mapping, pathTo, type Warning } from "./reading.ts";
import { resolveEntries } from "./resolve.ts";
import { readYamlText } from "./yaml.ts";

/** A file with all that it includes, and where each entry of its `model_list` was written. */
interface LoadedFile {
  readonly values: Mapping;
  readonly entryPaths: readonly string[];
}

/** Reads a config.yaml and what it includes, and resolves it. Throws `ConfigError` with everything that is wrong. */
export function loadConfigFile(file: string, env: ProcessEnv): Config {
  const found: Findings = { faults: [], warnings: [] };
  const loaded = loadWithIncludes({ file, chain: [], prefix: "", found });
  if (found.faults.length > 0) throw new ConfigError(found.faults);
  const entryPath = (index: number): string => loaded.entryPaths[index] ?? pathTo("model_list", index);
  return resolveEntries(loaded.values, env, { entryPath, warnings: found.warnings, folder: path.dirname(file) });
}

/** What is wrong, or only odd, with the files themselves. */
interface Findings {
  readonly faults: Fault[];
  readonly warnings: Warning[];
}

interface Opening {
  readonly file: string;
  /** Files that are being read, outermost first. */
  readonly chain: readonly string[];
  /** Put before the paths of an included file's entries. */
  readonly prefix: string;
  readonly found: Findings;
}

function loadWithIncludes({ file, chain, prefix, found }: Opening): LoadedFile {
  const { include, ...values } = readYaml(file, found);
  const { faults } = found;
  const inner = [...chain, path.resolve(file)];
  let loaded: LoadedFile = { values, entryPaths: entryPathsOf(values, prefix) };
  for (const [index, item] of includedFiles(include, prefix, faults).entries()) {
    const included = path.resolve(path.dirname(file), item);
    const at = `${prefix}include[${index}]`;
    if (inner.includes(included)) {
      const problem = `${item} includes itself`;
      const way = [...inner.slice(inner.indexOf(included)), included].map((step) => path.basename(step)).join(" -> ");
      faults.push({ path: at, problem: `${problem} (${way})`, fix: "remove one of the includes" });
      continue;
    }
    const prefixed = `${prefix}${item}: `;
    loaded = merged(loaded, loadWithIncludes({ file: included, chain: inner, prefix: prefixed, found }));
  }
  return loaded;
}

function includedFiles(include: unknown, prefix: string, faults: Fault[]): readonly string[] {
  if (include === undefined || include === null) return [];
  if (Array.isArray(include) && include.every((item): item is string => typeof item === "string")) return include;
  const problem = Array.isArray(include) ? "is not a list of file names" : `is ${kindOf(include)}, not a list`;
  faults.push({ path: `${prefix}include`, problem, fix: "write - other.yaml for each file" });
  return [];
}

function entryPathsOf(values: Mapping, prefix: string): readonly string[] {
  const list = values["model_list"];
  return Array.isArray(list) ? list.map((_, index) => `${prefix}${pathTo("model_list", index)}`) : [];
}

/** As LiteLLM includes: lists go after those that are there, and anything else takes the place of what is. */
function merged(base: LoadedFile, added: LoadedFile): LoadedFile {
  const together = Object.entries(added.values).map(([key, value]) => {
    const present = Object.hasOwn(base.values, key) ? base.values[key] : undefined;
    const joined = Array.isArray(present) && Array.isArray(value);
    return [key, joined ? [...(present as unknown[]), ...(value as unknown[])] : value] as const;
  });
  const values = Object.fromEntries([...Object.entries(base.values), ...together]);
  return { values, entryPaths: [...base.entryPaths, ...added.entryPaths] };
}

/** The file's map; an empty one, with faults, when it cannot be read. */
function readYaml(file: string, found: Findings): Mapping {
  try {
    const { values, faults, warnings } = readYamlText(readFileSync(file), file);
    found.faults.push(...faults);
    found.warnings.push(...warnings);
    return values;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const problem = code === "ENOENT" ? "there is no such file" : `the file cannot be read (${String(code)})`;
    found.faults.push({ path: file, problem, fix: "check the path and who may read it" });
    return {};
  }
}
