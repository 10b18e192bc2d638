import { systemClock as clock } from "@understudy/runtime";
import { type AccountCheck, checkAccount, type Counts } from "./check-account.ts";
import { play } from "./faults.ts";
import type { House } from "./house.ts";
import { ASKS, contentOf, runOpenLoad, type Seen } from "./open-load.ts";
import { scheduleOf } from "./schedule.ts";
import { settled } from "./settled.ts";

export interface FaultRunOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  readonly say: (text: string) => void;
}

export interface FaultRun extends AccountCheck {
  readonly requests: number;
  readonly answered: number;
  readonly counts: Counts;
}

/** What a killed gateway may lose was admitted less than so long before: what it held to gather a batch, and had under way. */
export const KILL_WINDOW_MS = 1_000;
const SETTLE_MS = 120_000;

/** Load and troubles for so long; then all is made good, and whatever was admitted has to come to its end. */
export async function runFaults(house: House, options: FaultRunOptions): Promise<FaultRun> {
  const { seed, seconds, rate, say } = options;
  const load = { url: house.gateway.url, rate, seconds, seed, name: `seed-${seed}` };
  const schedule = [...scheduleOf(seed, seconds).values()];
  const [seen] = await Promise.all([runOpenLoad(load), ...schedule.map((troubles) => play(troubles, house, say))]);
  const begun = clock.monotonic();
  const end = await settled(house, SETTLE_MS);
  say(`${((clock.monotonic() - begun) / 1_000).toFixed(1).padStart(6)} s  until all was settled`);
  const check = checkAccount({ ...end, seen, gatewayKills: house.gateway.kills }, { killWindowMs: KILL_WINDOW_MS });
  return {
    ...check,
    faults: [...check.faults, ...wrongAnswers(seen)],
    requests: seen.length,
    answered: seen.filter(({ status }) => status === 200).length,
    counts: end.counts,
  };
}

/** No trouble behind it may reach an answer: each is whole and as all others of its kind, or did not come. */
function wrongAnswers(seen: readonly Seen[]): readonly string[] {
  const answers = seen.filter(({ status }) => status !== null);
  const refused = answers.filter(({ status }) => status !== 200);
  const kinds = ASKS.map(({ kind }) => new Set(answers.filter((each) => each.kind === kind).map(contentOf)).size);
  return [
    ...(refused.length > 0 ? [`${refused.length} answers were no 200, such as: ${refused[0]?.text}`] : []),
    ...(kinds.some((different) => different > 1) ? ["answers to the same question differ"] : []),
  ];
}
