import type { Random } from "@understudy/runtime";
import type { Fault } from "./fault.ts";
import type { ModelProfile } from "./model-profile.ts";

/** Milliseconds. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly perTokenMs: number;
}

/**
 * How fast one answer comes. `speed` 1 is the profile's own pace, 10 ten times as fast, 0 no waiting at all.
 * A delay that a fault asks for holds whatever the speed.
 */
export function drawPace(profile: ModelProfile, fault: Fault | null, speed: number, random: Random): Pace {
  // The pieces of a huge answer are no tokens: at a token's pace each, it would take minutes.
  const still = speed === 0 || fault?.kind === "instant" || fault?.kind === "huge";
  const firstTokenMs = still ? 0 : (profile.medianMs * Math.exp(profile.sigma * normal(random))) / speed;
  const perTokenMs = still ? 0 : profile.perTokenMs / speed;
  if (fault?.kind === "slow") return { firstTokenMs: firstTokenMs + fault.ms, perTokenMs };
  if (fault?.kind === "slow-tokens") return { firstTokenMs, perTokenMs: fault.ms };
  return { firstTokenMs, perTokenMs };
}

/** A standard normal number, by Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
