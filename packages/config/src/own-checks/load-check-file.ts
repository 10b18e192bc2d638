import { readFileSync } from "node:fs";
import path from "node:path";
import { type ProcessEnv, readingOf } from "../environment.ts";
import { ConfigError } from "../fault.ts";
import { isMapping, kindOf, type Mapping } from "../reading.ts";
import { readYamlText } from "../yaml.ts";
import type { OwnCheckSet } from "./own-check.ts";
import { readCheckList } from "./read-own-checks.ts";

/** Reads a YAML file of checks: under `checks`, or under promptfoo's `assert` or `defaultTest.assert`. Throws `ConfigError`. */
export function loadCheckFile(file: string, env: ProcessEnv): OwnCheckSet {
  const { values, faults } = readYamlText(bytesOf(file), file);
  if (faults.length > 0) throw new ConfigError(faults);
  const reading = readingOf(values, env);
  const found = listIn(values);
  const set = readCheckList(found.list, found.path, { folder: path.dirname(file), reading });
  if (found.list.length === 0) {
    const problem = found.path === "" ? "has no checks" : "is empty";
    reading.fault(
      found.path === "" ? file : found.path,
      problem,
      "write checks: and under it - {type: contains, value: TEXT}",
    );
  }
  reading.throwFaults();
  return set;
}

function listIn(values: Mapping): { readonly path: string; readonly list: readonly unknown[] } {
  const { checks, assert, defaultTest } = values;
  const places = [
    { path: "checks", list: checks },
    { path: "assert", list: assert },
    { path: "defaultTest.assert", list: isMapping(defaultTest) ? defaultTest["assert"] : undefined },
  ];
  for (const { path: at, list } of places) {
    if (list === undefined || list === null) continue;
    if (Array.isArray(list)) return { path: at, list };
    throw new ConfigError([
      { path: at, problem: `is ${kindOf(list)}, not a list`, fix: "write - {type: contains, value: TEXT}" },
    ]);
  }
  return { path: "", list: [] };
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const problem = code === "ENOENT" ? "there is no such file" : `the file cannot be read (${String(code)})`;
    throw new ConfigError([{ path: file, problem, fix: "check the path and who may read it" }]);
  }
}
