import crypto from "node:crypto";

/** A number in [0, 1). */
export type Random = () => number;

// Picking a deployment and jittering a wait need speed, not secrecy.
export const systemRandom: Random = () => Math.random();

/**
 * The same text always gives the same number in [0, 1), on every machine: the first 48 bits of its SHA-256.
 * Sampling by it keeps or drops one request for good, however often it is asked.
 */
export function stableFraction(text: string): number {
  return Number.parseInt(shortHash(text, 12), 16) / 2 ** 48;
}

/** The first `length` hex digits of the text's SHA-256. For ids that must be the same wherever they are made. */
export function shortHash(text: string, length: number): string {
  // In one call: a hash object costs three times what the hashing does.
  return crypto.hash("sha256", text).slice(0, length);
}

const pool = Buffer.alloc(10 * 256);
let used = pool.length;
/** The last moment that an id was asked for, and how it is written: ids come many a millisecond. */
let last = { now: Number.NaN, hex: "" };

/**
 * A new id that sorts by time: prefix, 12 hex digits of epoch milliseconds, 20 random hex digits.
 * Random bytes are drawn in blocks, because one system call for each id shows on the hot path.
 */
export function newId(prefix: string, now: number): string {
  if (used === pool.length) {
    crypto.randomFillSync(pool);
    used = 0;
  }
  const random = pool.toString("hex", used, used + 10);
  used += 10;
  if (last.now !== now) last = { now, hex: now.toString(16).padStart(12, "0") };
  return `${prefix}_${last.hex}${random}`;
}
