import { readFileSync } from "node:fs";
import path from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { Config } from "./config.ts";
import type { ProcessEnv } from "./environment.ts";
import { ConfigError, type Fault } from "./fault.ts";
import { isMapping, kindOf, type Mapping, pathTo } from "./reading.ts";
import { resolveEntries } from "./resolve.ts";

/** A file with all that it includes, and where each entry of its `model_list` was written. */
interface LoadedFile {
  readonly values: Mapping;
  readonly entryPaths: readonly string[];
}

/** Reads a config.yaml and what it includes, and resolves it. Throws `ConfigError` with everything that is wrong. */
export function loadConfigFile(file: string, env: ProcessEnv): Config {
  const faults: Fault[] = [];
  const loaded = loadWithIncludes({ file, chain: [], prefix: "", faults });
  if (faults.length > 0) throw new ConfigError(faults);
  return resolveEntries(loaded.values, env, (index) => loaded.entryPaths[index] ?? pathTo("model_list", index));
}

interface Opening {
  readonly file: string;
  /** Files that are being read, outermost first. */
  readonly chain: readonly string[];
  /** Put before the paths of an included file's entries. */
  readonly prefix: string;
  readonly faults: Fault[];
}

function loadWithIncludes({ file, chain, prefix, faults }: Opening): LoadedFile {
  const { include, ...values } = readYaml(file, faults);
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
    loaded = merged(loaded, loadWithIncludes({ file: included, chain: inner, prefix: prefixed, faults }));
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

/** Lists of an included file go after those that are there; in maps, its values win, as they do in LiteLLM. */
function merged(base: LoadedFile, added: LoadedFile): LoadedFile {
  return { values: mergedMaps(base.values, added.values), entryPaths: [...base.entryPaths, ...added.entryPaths] };
}

function mergedMaps(base: Mapping, added: Mapping): Mapping {
  const both = Object.entries(added).map(([key, value]) => {
    const present = base[key];
    if (Array.isArray(present) && Array.isArray(value)) return [key, [...present, ...value]] as const;
    return [key, isMapping(present) && isMapping(value) ? mergedMaps(present, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(both) };
}

/** The file's map; an empty one, with faults, when it cannot be read. */
function readYaml(file: string, faults: Fault[]): Mapping {
  const text = readText(file, faults);
  if (text === null) return {};
  const lines = new LineCounter();
  // YAML 1.2 keeps api_version: 2024-10-21 a text, where 1.1 makes it a date; `<<: *defaults` is 1.1, and common.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    faults.push({ path: `${file}:${line}:${col}`, problem: withoutSource(error.message), fix: "correct the YAML" });
  }
  if (document.errors.length > 0) return {};
  const values = toValues(() => document.toJS({ maxAliasCount: 10_000 }), file, faults);
  if (isMapping(values)) return values;
  if (values === null) faults.push({ path: file, problem: "the file is empty", fix: "write a model_list in it" });
  else if (values !== undefined)
    faults.push({ path: file, problem: `holds ${kindOf(values)}, not a map`, fix: "write model_list: first" });
  return {};
}

function readText(file: string, faults: Fault[]): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const problem = code === "ENOENT" ? "there is no such file" : `the file cannot be read (${String(code)})`;
    faults.push({ path: file, problem, fix: "check the path and who may read it" });
    return null;
  }
}

function toValues(convert: () => unknown, file: string, faults: Fault[]): unknown {
  try {
    return convert();
  } catch (error) {
    const problem = withoutSource(error instanceof Error ? error.message : String(error));
    faults.push({ path: file, problem, fix: "correct the YAML" });
    return undefined;
  }
}

/** A parser's message without the text it quotes after a colon: that may be a key. */
function withoutSource(message: string): string {
  return message.split(/: |\n/)[0] ?? message;
}
