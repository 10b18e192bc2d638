import { ConfigError, type Fault } from "./fault.ts";
import type { FileOrder } from "./file-order.ts";

export type Mapping = Readonly<Record<string, unknown>>;
export type Env = Readonly<Record<string, string>>;

/** What one reading of a configuration looks things up in, and what it gathers on its way. */
export interface Reading {
  readonly env: Env;
  readonly ignored: string[];
  /** What is no fault and yet probably a slip. */
  readonly notices: { readonly path: string; readonly text: string }[];
  /** Notes a fault and goes on, so that one reading finds all of them. */
  fault(path: string, problem: string, fix: string): void;
  /** Throws `ConfigError` when anything was found to be wrong, sorted by `order` where there is one. */
  throwFaults(order?: FileOrder): void;
}

/** A reading that has found nothing yet. */
export function createReading(env: Env): Reading {
  const faults = new Map<string, Fault>();
  return {
    env,
    ignored: [],
    notices: [],
    fault(path, problem, fix) {
      // A credential that two deployments name is read twice, and is wrong once.
      faults.set(`${path}\n${problem}`, { path, problem, fix });
    },
    throwFaults(order = () => 0) {
      if (faults.size > 0) throw new ConfigError([...faults.values()].toSorted(order));
    },
  };
}

/** Whether the value is a map: an object that is no list. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `router_settings.timeout`, `model_list[0]`, `silent_models["gpt-4.1"]`. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** What kind of value was found where another kind was wanted. Never the value: it may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return value === "" ? "empty" : "text";
  return typeof value === "boolean" ? "true or false" : "a number";
}
