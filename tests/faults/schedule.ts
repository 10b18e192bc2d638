import { FAULTS, type Trouble } from "./faults.ts";
import { exponential, seededRandom } from "./seeded.ts";

/** Between the end of a target's fault and its next, on average. Several targets are in trouble at once that way. */
const MEAN_REST_MS = 8_000;
const SHORTEST_MS = 100;

/** The troubles of a run, by target, in order of time. The same seed always gives the same. */
export function scheduleOf(seed: number, seconds: number): ReadonlyMap<string, readonly Trouble[]> {
  return new Map(Object.keys(FAULTS).map((target) => [target, troublesOf(target, seed, seconds)]));
}

function troublesOf(target: string, seed: number, seconds: number): readonly Trouble[] {
  const random = seededRandom(seed, `faults ${target}`);
  const faults = FAULTS[target] ?? [];
  const troubles: Trouble[] = [];
  for (
    let atMs = exponential(random, MEAN_REST_MS);
    atMs < seconds * 1_000;
    atMs += exponential(random, MEAN_REST_MS)
  ) {
    const fault = faults[Math.floor(random() * faults.length)];
    if (fault === undefined) break;
    const forMs = SHORTEST_MS + random() * (fault.longestMs - SHORTEST_MS);
    troubles.push({ target, fault, atMs, forMs });
    atMs += forMs;
  }
  return troubles;
}
