import type { Margins } from "@understudy/config";
import type { GuardAction, GuardStatus, Rollout, RolloutStatus } from "@understudy/contracts";
import type { AskedRungs } from "../verdict/criteria.ts";
import { ALPHA } from "../verdict/verdict.ts";
import { asPoints, spelled } from "../verdict/words.ts";
import { type Half, halvesOf } from "./halves.ts";
import { guardQuestions, type GuardQuestion } from "./questions.ts";
import { logWealthBeyond, standingOfParts } from "./wager.ts";
import { watchOver, type Watch } from "./watch.ts";
import { beyondInWords, rollsBackWhen } from "./guard-words.ts";

export interface GuardInput {
  readonly rollout: Rollout;
  /** What the old primary answered clients, and what the candidate did. */
  readonly forward: Half;
  readonly reverse: Half;
  readonly margins: Margins;
  readonly asked: AskedRungs;
  /** Pairs of answers that clients got of the candidate: since the rollout began, and since its stage did. */
  readonly answers: number;
  readonly stageAnswers: number;
  /** Epoch milliseconds at which somebody let it go on; alarms of before have been heard. Null: nobody did. */
  readonly releasedAt: number | null;
  readonly now: number;
}

/** What a look finds, with what whoever conducts the rollout must know besides. */
export interface GuardLook extends RolloutStatus {
  /** Epoch milliseconds of an alarm for which it is held; null where it is not, or only does not advance. */
  readonly alarmed_at: number | null;
}

const HOUR_MS = 3_600_000;
/**
 * One busy minute makes all answers of one side slow, and its conversations are no independent bets: how long answers take decides
 * nothing before a rollout has gone on for so long.
 */
const LATENCY_SPAN_MS = 5 * 60_000;

/**
 * How a rollout stands, and what is to be done: pure, from counts of values that were kept as pairs came. It may be asked
 * after every pair: an equal candidate is ever rolled back by the criteria with a chance of at most 0.05, and by the change
 * detector as seldom as its simulation says.
 */
export function guardRollout(input: GuardInput): GuardLook {
  const { rollout, forward, reverse, margins, asked, answers, stageAnswers, now } = input;
  const halves = halvesOf(forward, reverse, rollout.started_at);
  const questions = guardQuestions({ halves, margins, asked });
  const guards = questions.map((question) => statusOf(question, margins));
  const watches = watchOver(questions, halves);
  const { action, reason, alarmedAt = null } = decide(input, guards, watches);
  const hours = rollout.hold.hours * HOUR_MS;
  return {
    guards,
    action,
    reason,
    answers,
    stage_answers: stageAnswers,
    not_before: hours > 0 && rollout.state === "running" ? rollout.stage_at + hours : null,
    looked_at: now,
    alarmed_at: alarmedAt,
  };
}

function statusOf(question: GuardQuestion, margins: Margins): GuardStatus {
  const { name, of, margin, unit, level, nullLoss, beyond, within } = question;
  const { units, ...figures } = standingOfParts(beyond, within, { low: level, high: ALPHA });
  const isBeyond = units > 0 && logWealthBeyond(nullLoss, beyond) >= Math.log(1 / level);
  const holds = figures.high !== null && figures.high <= margin;
  return {
    name,
    of,
    state: isBeyond ? "beyond" : holds ? "holds" : "open",
    ...figures,
    margin,
    unit,
    units,
    rolls_back_when: rollsBackWhen(question, margins),
  };
}

interface Found {
  readonly action: GuardAction;
  readonly reason: string;
  readonly alarmedAt?: number | null;
}

function decide(input: GuardInput, guards: readonly GuardStatus[], watches: readonly Watch[]): Found {
  const { state } = input.rollout;
  if (state === "rolled_back" || state === "done")
    return { action: "go_on", reason: input.rollout.reason ?? "it is over" };
  const beyond = guards.filter((guard) => guard.state === "beyond");
  const decided = beyond.find((guard) => !isTooSoon(guard, input));
  if (decided !== undefined) return { action: "roll_back", reason: beyondInWords(decided, input.margins) };
  const since = watches.find(({ rollsBackSince }) => rollsBackSince !== null);
  if (since !== undefined)
    return { action: "roll_back", reason: changedInWords(since.name, since.rollsBackSince ?? 0) };
  const alarm = watches.find(({ alarmedAt }) => alarmedAt !== null && alarmedAt > (input.releasedAt ?? 0));
  if (alarm !== undefined)
    return { action: "hold", reason: changedInWords(alarm.name, alarm.alarmedAt ?? 0), alarmedAt: alarm.alarmedAt };
  const [soon] = beyond;
  if (soon !== undefined) return { action: "hold", reason: soonInWords(soon, input) };
  const recent = watches.find(({ window }) => window !== null);
  if (recent !== undefined) return { action: "hold", reason: recentInWords(recent) };
  return state === "watching" ? whileWatched(input) : atStage(input);
}

function isTooSoon({ unit }: GuardStatus, { rollout, now }: GuardInput): boolean {
  return unit === "share" && now - rollout.started_at < LATENCY_SPAN_MS;
}

function soonInWords(guard: GuardStatus, { margins }: GuardInput): string {
  const minutes = LATENCY_SPAN_MS / 60_000;
  return `${beyondInWords(guard, margins)}; it is taken back if that is still so ${minutes} minutes after its start`;
}

function changedInWords(name: string, at: number): string {
  return `since about ${new Date(at).toISOString()} it loses more than the margin in ${spelled(name)}`;
}

function recentInWords({ name, window }: Watch): string {
  if (window === null) return "";
  return `the newest ${window.conversations} conversations lose ${asPoints(window.loss)} in ${spelled(name)}; the margin is ${asPoints(window.margin)}`;
}

function whileWatched({ rollout, now }: GuardInput): Found {
  const until = rollout.stage_at + rollout.watch_ms;
  if (now >= until) return { action: "advance", reason: "the watch is over, and its guards held" };
  return { action: "go_on", reason: `the old model watches until ${new Date(until).toISOString()}` };
}

function atStage({ rollout, stageAnswers, now }: GuardInput): Found {
  const { hold, stage_at, state, automatic, stages, stage } = rollout;
  if (state === "held") return { action: "go_on", reason: rollout.reason ?? "held until somebody lets it go on" };
  if (stage >= stages.length - 1)
    return { action: "advance", reason: "the candidate answers all: the old model watches" };
  const missing = Math.max(0, hold.pairs - stageAnswers);
  if (missing > 0)
    return {
      action: "go_on",
      reason: `${missing} more ${missing === 1 ? "pair" : "pairs"} of the candidate's answers at this stage`,
    };
  const until = stage_at + hold.hours * HOUR_MS;
  if (now < until) return { action: "go_on", reason: `this stage lasts until ${new Date(until).toISOString()}` };
  if (!automatic) return { action: "go_on", reason: "its stage is over: it goes on by hand" };
  const next = stages[stage + 1];
  return {
    action: "advance",
    reason: next === undefined ? "all stages are over" : `its stage is over, and its guards held`,
  };
}
