import { createReading, type Env, isMapping, kindOf, pathTo, type Reading, withDefaults } from "./reading.ts";
import { isVariableName } from "./shown.ts";

const REFERENCE = "os.environ/";

/** The process environment as read by `main.ts`. */
export type ProcessEnv = Readonly<Record<string, string | undefined>>;

/**
 * The reading of `raw`: its environment is the process environment with the file's `environment_variables` laid under
 * it. Empty values count as unset.
 */
export function readingOf(raw: unknown, processEnv: ProcessEnv): Reading {
  const set = Object.entries(processEnv).filter((entry): entry is [string, string] => isSet(entry[1]));
  const process: Env = Object.fromEntries(set);
  const reading = createReading({ ...process });
  const declared = isMapping(raw) ? raw["environment_variables"] : undefined;
  if (declared === undefined || declared === null) return reading;
  if (!isMapping(declared)) {
    reading.fault("environment_variables", `is ${kindOf(declared)}, not a map`, "write NAME: value lines under it");
    return reading;
  }
  const env = reading.env as Record<string, string>;
  const lenient = withDefaults(reading, "it is not set");
  for (const [name, value] of Object.entries(declared)) {
    const text = variableText(value, pathTo("environment_variables", name), lenient);
    if (!(name in process) && isSet(text)) env[name] = text;
  }
  return reading;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

function variableText(value: unknown, path: string, reading: Reading): string {
  const resolved = resolveReferences(value, path, reading);
  if (resolved === null || resolved === undefined) return "";
  if (typeof resolved === "object") {
    reading.warnings.push({ path, text: `is ${kindOf(resolved)}, not text, and is not set` });
    return "";
  }
  return `${resolved as string | number | boolean}`;
}

/**
 * The value with every `os.environ/NAME` in it, at any depth, replaced by that variable. One that is not set is a
 * fault of the key that wanted it, and becomes null.
 */
export function resolveReferences(value: unknown, path: string, reading: Reading): unknown {
  if (typeof value === "string") return resolveText(value, path, reading);
  if (Array.isArray(value)) return value.map((item, index) => resolveReferences(item, pathTo(path, index), reading));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveReferences(item, pathTo(path, key), reading)]),
  );
}

function resolveText(text: string, path: string, reading: Reading): string | null {
  const name = referencedName(text);
  if (name === null) return text;
  const found = reading.env[name];
  if (found !== undefined) return found;
  // A key that was pasted behind `os.environ/` is no name, and is not repeated.
  const known = isVariableName(name) ? name : null;
  const problem = known === null ? "the variable that it names is not set" : `environment variable ${known} is not set`;
  reading.lack(
    path,
    problem,
    known === null ? "export it, or write the value" : `export ${known}=… or write the value`,
  );
  return null;
}

/** The variable that a text such as `os.environ/NAME` stands for; null for any other text. */
export function referencedName(text: string): string | null {
  return text.startsWith(REFERENCE) ? text.slice(REFERENCE.length).trim() : null;
}
