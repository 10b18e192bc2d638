import { isProxy } from "node:util/types";

/** What an input may take, in milliseconds of the thread's own processor time, so that a busy machine fails no run. */
export interface Bound {
  readonly baseMs: number;
  /** For each 1,024 characters or bytes of the input. */
  readonly msPerKb: number;
}

/** Several times what the slowest linear reading takes, and far below what anything quadratic does at 64 KB. */
const BOUND: Bound = { baseMs: 60, msPerKb: 0.5 };
/** A collection of garbage or a first compilation may fall into one try, not into all. */
const TRIES = 3;

export class Broken extends Error {
  override readonly name = "Broken";
}

export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what);
}

/** Runs it, holds it to its bound for an input of this size, and returns what it returns. */
export function inTime<T>(size: number, run: () => T, bound: Bound = BOUND): T {
  const most = mostMs(size, bound);
  let spent = 0;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = process.threadCpuUsage();
    const result = run();
    spent = spentMs(before);
    if (spent <= most) return result;
  }
  throw new Broken(`took ${Math.round(spent)} ms for ${size} characters; ${Math.round(most)} ms are allowed`);
}

/** The same for what is awaited. */
export async function inTimeAsync<T>(size: number, run: () => Promise<T>, bound: Bound = BOUND): Promise<T> {
  const most = mostMs(size, bound);
  let spent = 0;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = process.threadCpuUsage();
    const result = await run();
    spent = spentMs(before);
    if (spent <= most) return result;
  }
  throw new Broken(`took ${Math.round(spent)} ms for ${size} characters; ${Math.round(most)} ms are allowed`);
}

function mostMs(size: number, { baseMs, msPerKb }: Bound): number {
  return baseMs + (size / 1024) * msPerKb;
}

function spentMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** What it returns; null where it throws one of these. Anything else that is thrown is passed on. */
export function unless<T>(typed: readonly (abstract new (...of: never[]) => Error)[], run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (typed.some((type) => error instanceof type)) return null;
    throw error;
  }
}

/** Freezes all that is in it, so that whoever changes an input throws. Any depth. */
export function frozen<T>(value: T): T {
  for (const inner of objectsIn(value)) {
    if (!ArrayBuffer.isView(inner) && !Object.isFrozen(inner)) Object.freeze(inner);
  }
  return value;
}

/** Characters and members in all: what time may be linear in. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  let size = 8;
  for (const inner of objectsIn(value)) {
    if (ArrayBuffer.isView(inner)) size += inner.byteLength;
    else {
      for (const [key, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(inner))) {
        size += 8 + (Array.isArray(inner) ? 0 : key.length) + (typeof member === "string" ? member.length : 0);
      }
    }
  }
  return size;
}

export function depthOf(value: unknown): number {
  let depth = 0;
  let level: unknown[] = [value];
  while (level.length > 0) {
    level = level.filter(isObject).flatMap((inner) => (ArrayBuffer.isView(inner) ? [] : Object.values(inner)));
    depth += 1;
  }
  return depth - 1;
}

/** Holds an output to what may be written down anywhere: JSON that says the same when it is read again. */
export function holdPlain(output: unknown, deepest: number): void {
  const depth = depthOf(output);
  hold(depth <= deepest, `the output is nested ${depth} deep; ${deepest} are allowed`);
  holdPlainValue(output, "the output");
  for (const inner of objectsIn(output)) {
    if (ArrayBuffer.isView(inner)) continue;
    for (const [name, member] of Object.entries(inner)) holdPlainValue(member, name);
  }
  JSON.stringify(output);
}

function holdPlainValue(value: unknown, name: string): void {
  const kind = typeof value;
  const known = kind !== "function" && kind !== "symbol" && kind !== "bigint";
  hold(known, `${name} is a ${kind}`);
  if (kind === "number") hold(Number.isFinite(value), `${name} is ${String(value)}, which is no JSON`);
}

/** Holds that no text in the output has a secret in it. */
export function holdNoSecret(output: unknown, secrets: readonly string[]): void {
  const text = typeof output === "string" ? output : JSON.stringify(output);
  for (const secret of secrets) hold(!text.includes(secret), `the output holds a secret: ${secret}`);
}

/** All objects in it, itself included, each once. What throws when it is read is left out. */
function objectsIn(value: unknown): Set<object> {
  const found = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (!isObject(next) || found.has(next) || isProxy(next)) continue;
    found.add(next);
    if (ArrayBuffer.isView(next)) continue;
    for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(next))) open.push(inner as unknown);
  }
  return found;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
