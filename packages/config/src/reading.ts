import { ConfigError, type Fault, type FileOrder, type Unserved } from "./fault.ts";
import { hasKeyShape, isSecretLike, shown } from "./shown.ts";

export type Mapping = Readonly<Record<string, unknown>>;
export type Env = Readonly<Record<string, string>>;

/** A sentence about what stands at `path`. */
export interface Warning {
  readonly path: string;
  readonly text: string;
}

/** What one reading of a configuration looks things up in, and what it gathers on its way. */
export interface Reading {
  readonly env: Env;
  readonly ignored: string[];
  /** What is no fault, and yet does not do what its writer probably thinks it does. */
  readonly warnings: Warning[];
  /** Parts of the file that are left out, and why. */
  readonly unserved: Unserved[];
  /** Notes a fault and goes on, so that one reading finds all of them. */
  fault(path: string, problem: string, fix: string): void;
  /** Notes what a part cannot be used without. A fault, unless the part can be left out: see `partOf`. */
  lack(path: string, problem: string, fix: string): void;
  /** Throws `ConfigError` when anything was found to be wrong, sorted by `order` where there is one. */
  throwFaults(order?: FileOrder): void;
}

/** A reading that has found nothing yet. */
export function createReading(env: Env): Reading {
  const faults = new Map<string, Fault>();
  const fault = (path: string, problem: string, fix: string): void => {
    // A credential that two deployments name is read twice, and is wrong once.
    faults.set(`${path}\n${problem}`, { path, problem, fix });
  };
  return {
    env,
    ignored: [],
    warnings: [],
    unserved: [],
    fault,
    lack: fault,
    throwFaults(order = () => 0) {
      if (faults.size > 0) throw new ConfigError([...faults.values()].toSorted(order));
    },
  };
}

/** The reading of a part that the rest can do without: what it lacks goes to `lacks`, and is no fault. */
export function partOf(reading: Reading, lacks: Fault[]): Reading {
  return {
    ...reading,
    lack(path, problem, fix) {
      if (!lacks.some((other) => other.path === path && other.problem === problem)) lacks.push({ path, problem, fix });
    },
  };
}

/** The reading of settings that need not be there: what they lack is warned of, with what follows. */
export function withDefaults(reading: Reading, consequence: string): Reading {
  return {
    ...reading,
    lack: (path, problem, fix) =>
      reading.warnings.push({ path, text: `has no value, since ${problem}: ${consequence}; ${fix}` }),
  };
}

/** Whether the value is a map: an object that is no list. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `router_settings.timeout`, `model_list[0]`, `silent_models["gpt-4.1"]`. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (hasKeyShape(key)) return `${parent}[${shown(key)}]`;
  if (!/^[\w-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The same for a key that is itself a name, of a model group for instance. */
export function pathToName(parent: string, name: string): string {
  return isSecretLike(name) ? `${parent}[${shown(name)}]` : pathTo(parent, name);
}

/** What kind of value was found where another kind was wanted. Never the value: it may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return value === "" ? "empty" : "text";
  return typeof value === "boolean" ? "true or false" : "a number";
}
