import { type Config, experimentId } from "@understudy/config";
import type { Rollout, RolloutStatus } from "@understudy/contracts";
import type { Control } from "@understudy/control";
import { type GuardInput, type GuardLook, type Half, ofAllTurns, questionOf, type Shape } from "@understudy/evaluation";
import { type Clock, createPeriodic, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { RolloutMoment, RuledUnits, Store } from "@understudy/store";
import type { WebhookFact } from "@understudy/telemetry";
import { baseOf, type GuardFacts, ofRollout, readBase, reverseBaseOf } from "./guard-base.ts";

export interface ConductDeps {
  readonly config: Config;
  readonly control: Control;
  readonly store: Pick<Store, "control" | "experiments">;
  /** Looks at the guards, off the event loop. */
  readonly guard: (input: GuardInput) => Promise<GuardLook>;
  readonly tell: (fact: WebhookFact) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Conducts the rollouts by what the pairs of both halves say. */
export interface Conduct {
  /** What the last look found; null before the first. */
  status(rolloutId: string): RolloutStatus | null;
  look(): Promise<void>;
  readonly service: Service;
}

const EVERY_MS = 5_000;
/** Pairs at one stage are counted up to this. */
const MOST_COUNTED = 100_000;
const EVENTS_READ = 50;

/**
 * Looks every five seconds at each rollout that is under way, in any gateway: of several that want the same step at once the database
 * lets one. Without the database nothing advances, and nothing is held back either: the gateways' own guards go on.
 */
export function createConduct(deps: ConductDeps): Conduct {
  const { control, clock, logger } = deps;
  const found = new Map<string, GuardLook>();
  const alert = alertOnce(deps.tell);

  async function lookAt(rollout: Rollout): Promise<void> {
    const look = await deps.guard(await inputOf(rollout, deps));
    // Somebody may have taken it back while the guards were looked at.
    const now = control.current().rollouts.find(({ id }) => id === rollout.id);
    if (now === undefined || now.state !== rollout.state || now.stage !== rollout.stage) return;
    found.set(rollout.id, look);
    await act(rollout, look);
  }

  async function act(rollout: Rollout, { action, reason, alarmed_at }: GuardLook): Promise<void> {
    const { id, state, stage, stages } = rollout;
    if (action === "roll_back") {
      control.rollBackHere(id, "guard", reason);
      logger.error("a rollout was taken back", {
        rollout: id,
        primary: rollout.primary,
        candidate: rollout.silent,
        reason,
      });
    }
    if (action === "hold" && state === "running" && alarmed_at !== null) await move(rollout, { state: "held" }, reason);
    if (action === "hold" && state === "watching" && alarmed_at !== null) alert(rollout, alarmed_at, reason);
    if (action === "advance") await move(rollout, nextOf({ state, stage }, stages.length - 1), reason);
  }

  async function move(rollout: Rollout, to: Partial<RolloutMoment>, reason: string): Promise<void> {
    const { id, state, stage } = rollout;
    const moved = await deps.store.control.moveRollout(id, { state, stage }, to, { who: "guard", reason });
    await control.refresh();
    if (moved !== null)
      logger.info("a rollout went on", { rollout: id, state: moved.state, stage: moved.stage, reason });
  }

  async function look(): Promise<void> {
    const { rollouts } = control.current();
    for (const id of found.keys()) if (!rollouts.some((rollout) => rollout.id === id)) found.delete(id);
    for (const rollout of rollouts.filter(isUnderWay)) {
      await lookAt(rollout).catch((error: unknown) => {
        logger.warn("the guards of a rollout cannot be looked at now", { rollout: rollout.id, ...errorFields(error) });
      });
    }
  }

  return {
    look,
    status: (id) => statusIn(found.get(id)),
    service: createPeriodic({ name: "rollouts", everyMs: EVERY_MS, clock, run: look }),
  };
}

/** What the API tells: when it was alarmed is for whoever conducts. */
function statusIn(look: GuardLook | undefined): RolloutStatus | null {
  if (look === undefined) return null;
  const { alarmed_at: _, ...status } = look;
  return status;
}

/** Tells of an alarm while there is no stage left to hold, once. */
function alertOnce(tell: ConductDeps["tell"]): (rollout: Rollout, at: number, reason: string) => void {
  const told = new Map<string, number>();
  return ({ id, experiment }, at, reason) => {
    if (told.get(id) === at) return;
    told.set(id, at);
    const data = { rollout: id, state: "watching", from_percent: 100, to_percent: 100, reason };
    tell({ type: "rollout_held", subject: experiment, occasion: `${id} alarm ${at}`, data });
  };
}

function isUnderWay({ state }: Rollout): boolean {
  return state === "running" || state === "held" || state === "watching";
}

/** At the last stage the candidate answers all, and the watch begins with it. */
export function nextOf({ state, stage }: RolloutMoment, last: number): Partial<RolloutMoment> {
  if (state === "watching") return { state: "done" };
  const next = Math.min(stage + 1, last);
  return next === last ? { stage: last, state: "watching" } : { stage: next };
}

async function inputOf(rollout: Rollout, { config, store, clock, logger }: ConductDeps): Promise<GuardInput> {
  const { id, primary, silent, experiment, started_at, stage_at } = rollout;
  const reverse = experimentId(silent, primary);
  const [forwardNow, reverseFound, facts, answers, stageAnswers, releasedAt] = await Promise.all([
    store.experiments.units(experiment),
    store.experiments.units(reverse),
    store.control.facts(id),
    store.experiments.answered(reverse, started_at, MOST_COUNTED),
    store.experiments.answered(reverse, stage_at, MOST_COUNTED),
    readReleased(rollout, store),
  ]);
  const reverseNow = ofRollout(reverseFound, id);
  const now: GuardFacts = { forward: baseOf(forwardNow), reverse: reverseBaseOf(reverseNow) };
  const known = readBase(facts);
  const base =
    known === null
      ? now
      : { forward: sameRules(known.forward, now.forward), reverse: sameRules(known.reverse, now.reverse) };
  if (known === null || base.forward !== known.forward || base.reverse !== known.reverse) {
    if (known !== null)
      logger.warn("the guards of a rollout begin anew: its experiment has other rules now", { rollout: id });
    await store.control.keepFacts(id, { guards: base });
  }
  const { margins, asked } = questionOf(config, { id: experiment, primary, silent });
  return {
    rollout,
    forward: halfOf(forwardNow, base.forward),
    reverse: reverseNow.reverse ? halfOf(reverseNow, base.reverse) : withoutSides(halfOf(reverseNow, base.reverse)),
    margins,
    asked,
    answers,
    stageAnswers,
    releasedAt,
    now: clock.now(),
  };
}

function halfOf({ units }: RuledUnits, { shapes: base }: GuardFacts["forward"]): Half {
  const { shapes, blocks, controlled } = units;
  return { units: { shapes: ofAllTurns(shapes), blocks, controlled }, base };
}

/**
 * An experiment that the config names for itself, though a rollout has it for its other half: its likeness is less a control of
 * the candidate's, and its signs of latency are at its own margin. The others say of the candidate what any does.
 */
function withoutSides(half: Half): Half {
  const says = ({ criterion }: Shape): boolean => !["likeness", "latency", "first_token"].includes(criterion);
  const blocks = half.units.blocks.map((block) => ({ ...block, shapes: block.shapes.filter(says) }));
  return { ...half, units: { ...half.units, shapes: half.units.shapes.filter(says), blocks } };
}

/** Counts of then and now compare only where conversations became bets by the same rules. */
function sameRules(known: GuardFacts["forward"], now: GuardFacts["forward"]): GuardFacts["forward"] {
  // An experiment of which nothing had entered yet had no rules, and a base of nothing.
  return known.rules === null || known.rules === now.rules ? known : now;
}

/** When somebody last let it go on: what had been alarming before was known to them. */
async function readReleased(rollout: Rollout, store: ConductDeps["store"]): Promise<number | null> {
  const events = await store.control.events(rollout.experiment, { limit: EVENTS_READ });
  const letOn = events.find(
    ({ kind, rollout: of, who }) =>
      of === rollout.id && who !== "guard" && (kind === "released" || kind === "advanced"),
  );
  return letOn?.at ?? null;
}
