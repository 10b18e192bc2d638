import { isClientsFault, type Rollout } from "@understudy/contracts";
import { type Control, routes } from "@understudy/control";
import type { RolloutSide } from "@understudy/mirror";
import type { FinishedCall } from "@understudy/router";
import { type Clock, errorFields, type Logger } from "@understudy/runtime";
import type { FinishedRequest } from "../after/finished-request.ts";
import { RateGuard } from "./rate-guard.ts";

/**
 * The gateway's own guards of a rollout: failed answers and late first bytes of what clients got of its candidate. A breach takes the
 * rollout back at once, and asks nobody. Each gateway has its own, from its start, and its share of one level.
 */
export interface ServedGuards {
  /** Counts an answer of a candidate's; any other is none of its business. */
  answered(finished: Pick<FinishedRequest, "call" | "side">): void;
  /** Stops following what runs. */
  stop(): void;
}

export interface ServedGuardsDeps {
  readonly control: Control;
  /** A place among the gateways that guard a rollout, from 1 on, taken once; null where there is no such rollout. May reject. */
  readonly takePlace: (rollout: string) => Promise<number | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** For each of the two: the chance that a candidate which keeps to the limit is taken back, by any of however many gateways. */
const LEVEL = 0.0125;
/** That of a gateway which could not take a place: as though it had this one. */
const PLACELESS = 10;
const TAKE_AGAIN_MS = 10_000;
/** Failed answers beyond those of the old primary before the rollout, as a share. */
const MORE_FAILURES = 0.02;
/** A first byte is late after so many times the old primary's 95th percentile; so many may be. */
const LATE_AFTER = 1.5;
const MOST_LATE = 0.1;
/** One busy minute makes every answer late, whoever gives it: late ones decide nothing before they have been counted for so long. */
const LATE_FOR_MS = 5 * 60_000;
/** A share of it all is no limit any more. */
const HIGHEST = 0.99;

interface Watched {
  readonly errors: RateGuard;
  readonly late: RateGuard;
  /** Monotonic milliseconds at which counting began. */
  readonly since: number;
  /** Before that no place is asked for; null once there is one. */
  askAt: number | null;
  /** Milliseconds; null where nobody knows how long the old primary took. */
  readonly lateAfterMs: number | null;
}

export function createServedGuards({ control, takePlace, clock, logger }: ServedGuardsDeps): ServedGuards {
  /** By rollout: from the first stage to the last, however often somebody looks. */
  const watched = new Map<string, Watched>();
  const stop = control.changed(({ rollouts }) => {
    const routing = new Set(rollouts.filter(routes).map(({ id }) => id));
    for (const id of watched.keys()) if (!routing.has(id)) watched.delete(id);
  });

  function watchedOf(id: string): Watched | null {
    const known = watched.get(id);
    if (known !== undefined) return known;
    const rollout = control.current().rollouts.find((one) => one.id === id);
    if (rollout === undefined || !routes(rollout)) return null;
    const made = watch(rollout, clock.monotonic());
    watched.set(id, made);
    return made;
  }

  /** Until it is known, and while the database is away, the least level holds. */
  function askForPlace(id: string, guards: Watched): void {
    if (guards.askAt === null || clock.monotonic() < guards.askAt) return;
    guards.askAt = clock.monotonic() + TAKE_AGAIN_MS;
    takePlace(id).then(
      (place) => (place === null ? undefined : takeLevel(guards, place)),
      (error: unknown) => logger.debug("a rollout's guard has no place yet", { rollout: id, ...errorFields(error) }),
    );
  }

  function takeBack(side: RolloutSide, reason: string): void {
    watched.delete(side.rollout);
    control.rollBackHere(side.rollout, "guard", reason);
    const { rollout, primary, candidate } = side;
    logger.error("a rollout was taken back", { rollout, primary, candidate, reason });
  }

  return {
    stop,
    answered({ call, side }) {
      if (side === null || !side.led) return;
      const outcome = outcomeOf(call, side.candidate);
      const guards = outcome === null ? null : watchedOf(side.rollout);
      if (outcome === null || guards === null) return;
      askForPlace(side.rollout, guards);
      const { errors, late, lateAfterMs, since } = guards;
      if (errors.add(outcome.failed)) return takeBack(side, tooMany(errors, side, "answers failed"));
      if (lateAfterMs === null || outcome.firstByteMs === null) return;
      const isBeyond = late.add(outcome.firstByteMs > lateAfterMs);
      if (!isBeyond || clock.monotonic() - since < LATE_FOR_MS) return;
      takeBack(side, tooMany(late, side, `first bytes came after ${Math.round(lateAfterMs)} ms`));
    },
  };
}

/** One over n(n + 1) of the level: shares of any number of places come to no more than the whole of it. */
function levelAt(place: number): number {
  return LEVEL / (place * (place + 1));
}

function takeLevel(guards: Watched, place: number): void {
  guards.askAt = null;
  for (const guard of [guards.errors, guards.late]) guard.limit = { ...guard.limit, level: levelAt(place) };
}

function watch({ baseline }: Rollout, since: number): Watched {
  const most = Math.min(HIGHEST, (baseline.error_rate ?? 0) + MORE_FAILURES);
  return {
    errors: new RateGuard({ most, level: levelAt(PLACELESS) }),
    late: new RateGuard({ most: MOST_LATE, level: levelAt(PLACELESS) }),
    since,
    askAt: since,
    lateAfterMs: baseline.first_token_p95_ms === null ? null : LATE_AFTER * baseline.first_token_p95_ms,
  };
}

function tooMany({ counts, limit }: RateGuard, { candidate }: RolloutSide, what: string): string {
  const percent = Math.round(limit.most * 1_000) / 10;
  return `${counts.bad} of ${counts.answers} ${what} that clients asked of ${candidate}: more than ${percent}% is certain.`;
}

interface Served {
  readonly failed: boolean;
  /** From the request's start, of a streamed answer; null of any other. */
  readonly firstByteMs: number | null;
}

/** What a client got of the candidate; null where that says nothing of it: its own fault, or it left. */
function outcomeOf(call: FinishedCall, candidate: string): Served | null {
  const { ending } = call;
  if (ending.kind === "failed") return isClientsFault(ending.error.kind) ? null : { failed: true, firstByteMs: null };
  // Another group stepped in for it, and the client does not know.
  if (ending.by.modelGroup !== candidate) return hiddenFailure(call, candidate);
  if (ending.cut !== null) return isClientsFault(ending.cut.kind) ? null : { failed: true, firstByteMs: null };
  if (!ending.ended) return null;
  const [first] = call.recording.marks;
  return { failed: false, firstByteMs: call.stream && first !== undefined ? first.at - call.startedAt : null };
}

function hiddenFailure({ attempts }: FinishedCall, candidate: string): Served | null {
  const last = attempts.findLast(({ model_group }) => model_group === candidate)?.outcome ?? "unavailable";
  return last !== "ok" && isClientsFault(last) ? null : { failed: true, firstByteMs: null };
}
