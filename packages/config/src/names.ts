import { shortHash } from "@understudy/runtime";
import { distance } from "fastest-levenshtein";
import { shown } from "./shown.ts";

/** The candidate that `name` is probably a slip of: at most a third of its letters differ. Null when none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  return nearestWithin(name.trim(), candidates, (length) => length / 3);
}

/**
 * The key that `key` is a slip of: at most two letters differ; in a short key one, or two that are swapped. Stricter
 * than `nearestName`, since there are keys that only LiteLLM or a provider knows.
 */
export function nearestKey(key: string, candidates: readonly string[]): string | null {
  const nearest = nearestWithin(key, candidates, () => (key.length < 4 ? 0 : key.length < 6 ? 1 : 2));
  return nearest ?? candidates.find((candidate) => isSwapOf(key, candidate)) ?? null;
}

function isSwapOf(key: string, candidate: string): boolean {
  const [letters, others] = [key, candidate].map((text) => text.split("").toSorted().join(""));
  return key.length >= 4 && letters === others && distance(key, candidate) === 2;
}

function nearestWithin(
  name: string,
  candidates: Iterable<string>,
  mostApart: (length: number) => number,
): string | null {
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    if (apart >= least || apart > mostApart(Math.max(name.length, candidate.length))) continue;
    nearest = candidate;
    least = apart;
  }
  return nearest;
}

/** The fix for a name that is not among `known`: the nearest one, or all of them. */
export function suggestionFor(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? `write one of ${known.join(", ")}` : `did you mean ${nearest}?`;
}

/** What is wrong with a name that no model group has, and the fix. */
export function unknownGroup(name: string, groups: readonly string[]): readonly [problem: string, fix: string] {
  const nearest = nearestName(name, groups);
  const fix = nearest === null ? `add a model_list entry with model_name: ${shown(name)}` : `did you mean ${nearest}?`;
  return [`no model group is called ${shown(name)}`, fix];
}

/**
 * The id of the experiment of two model groups: the same wherever it is made, and safe in a URL. Characters that are
 * not become `-`, and a hash of the exact pair then keeps ids apart.
 */
export function experimentId(primary: string, silent: string): string {
  const safe = [primary, silent].map((name) => name.replaceAll(/[^A-Za-z0-9._-]/g, "-"));
  const plain = safe.join("~");
  if (safe[0] === primary && safe[1] === silent) return plain;
  return `${plain}~${shortHash(JSON.stringify([primary, silent]), 6)}`;
}

/** The id of the experiment of stored requests of `primary` that are replayed to `silent`. */
export function replayExperimentId(primary: string, silent: string): string {
  return `${experimentId(primary, silent)}~replay`;
}
