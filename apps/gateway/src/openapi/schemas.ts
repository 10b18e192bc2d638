import {
  EVENT_KINDS,
  EXPERIMENT_STATES,
  GUARD_ACTIONS,
  PAIR_OUTCOMES,
  ROLLOUT_STATES,
  STICKY_BY,
} from "@understudy/contracts";
import { z } from "zod";
import { ADDED, CHANGE } from "../routes/experiment-api.ts";
import { ACTED, ASKED } from "../routes/rollout-api.ts";
import {
  anything,
  list,
  maybe,
  moment,
  number,
  object,
  one,
  record,
  ref,
  type Schema,
  text,
  whole,
  yes,
} from "./schema.ts";

/** As a client writes it: what is read of it is no business of the document's. */
function bodyOf({ schema }: { readonly schema: z.ZodType }): Schema {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, { io: "input" });
  return written;
}

const key = { id: text, primary: text, silent: text };
const settings = {
  sample_rate: maybe(number),
  ends_at: maybe(moment),
  max_usd_per_day: maybe(number),
  concurrency: maybe(whole),
};
const run = {
  state: one(...EXPERIMENT_STATES),
  settings: ref("ExperimentSettings"),
  configured: ref("ExperimentSettings"),
  changed: list(one(...Object.keys(settings))),
  tell_when_decided: yes,
  rollout: maybe(ref("Rollout")),
};
const account = {
  admitted: whole,
  paired: whole,
  failed: whole,
  expired: whole,
  dropped: record(whole),
  lost: whole,
  pending: whole,
  skipped: record(whole),
};
const summary = { ...key, replay: yes, counts: object(account) };
const percentiles = object({ p50: maybe(number), p95: maybe(number) });
const side = object({
  calls: whole,
  errors: whole,
  error_rate: maybe(number),
  latency_ms: percentiles,
  first_token_ms: percentiles,
  input_tokens: whole,
  output_tokens: whole,
  token_pairs: whole,
  cost_usd: maybe(number),
  cost_pairs: whole,
});

const rollout = {
  ...key,
  experiment: text,
  state: one(...ROLLOUT_STATES),
  stages: list(number),
  stage: whole,
  sticky: one(...STICKY_BY),
  hold: object({ pairs: whole, hours: number }),
  automatic: yes,
  fallback: yes,
  watch_ms: whole,
  forced: yes,
  baseline: object({ error_rate: maybe(number), first_token_p95_ms: maybe(number) }),
  started_at: moment,
  stage_at: moment,
  ended_at: maybe(moment),
  reason: maybe(text),
};
const guard = object({
  name: text,
  of: one("served", "all"),
  state: one("holds", "open", "beyond"),
  now: maybe(number),
  low: maybe(number),
  high: maybe(number),
  margin: number,
  unit: text,
  units: whole,
  rolls_back_when: text,
});
const status = object({
  guards: list(guard),
  action: one(...GUARD_ACTIONS),
  reason: text,
  answers: whole,
  stage_answers: whole,
  not_before: maybe(moment),
  looked_at: moment,
});

const depth = object({ waiting: whole, active: whole, delayed: whole, failed: whole });
const outcomes = object(Object.fromEntries(PAIR_OUTCOMES.map((outcome) => [outcome, whole])));

/** What bodies and answers are made of, by the names under which the document has them. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: object({ error: object({ message: text, type: text, param: maybe(text), code: maybe(text) }) }),
  ExperimentSettings: object(settings),
  Experiment: object({ ...summary, ...run }),
  ExperimentOverview: object({
    ...summary,
    state: one(...EXPERIMENT_STATES),
    rollout: maybe(ref("Rollout")),
    verdict: maybe(object({ decision: text, reason: text, pairs: whole, pairs_needed: maybe(whole) })),
    criteria: list(object({ name: text, state: text, margin: maybe(number), low: maybe(number), high: maybe(number) })),
    saving: object({ usd_a_month: maybe(number), reason: maybe(text) }),
    traffic: object({ requests_a_day: maybe(number), usd_a_month: maybe(number) }),
    without: maybe(text),
    as_of: maybe(moment),
  }),
  CallerAccounts: object({
    counts: object(account),
    callers: list(object({ key_alias: maybe(text), team: maybe(text), counts: object(account) })),
    others: object(account),
  }),
  ModelGroup: object({ name: text, models: list(text) }),
  ExperimentDetail: object({ ...summary, ...run, sides: object({ primary: side, silent: side }) }),
  ExperimentRun: object({ ...key, ...run }),
  ExperimentChange: bodyOf(CHANGE),
  ExperimentAdded: bodyOf(ADDED),
  ExperimentHistory: object({
    experiment: text,
    criteria: list(ref("BoundsHistory")),
    kinds: list(ref("BoundsHistory")),
  }),
  BoundsHistory: object({
    name: text,
    unit: text,
    margin: maybe(number),
    points: list(object({ pairs: whole, conversations: whole, at: moment, low: maybe(number), high: maybe(number) })),
    decided: maybe(object({ state: one("pass", "fail"), pairs: whole, at: moment })),
  }),
  ExperimentEvent: object({
    id: text,
    experiment: text,
    rollout: maybe(text),
    at: moment,
    who: text,
    kind: one(...EVENT_KINDS),
    changes: record({ type: "array", prefixItems: [anything, anything] }),
    reason: maybe(text),
  }),
  Rollout: object(rollout),
  RolloutDetail: object({ ...rollout, status: maybe(status) }),
  RolloutAsked: bodyOf(ASKED),
  RolloutAction: bodyOf(ACTED),
  Report: object({ experiment: anything, account: object(account), verdict: object({ decision: text, reason: text }) }),
  Plan: object({ experiment: text }),
  Pair: object({ id: text, experiment: text, outcome: one(...PAIR_OUTCOMES), created_at: moment, primary: anything }),
  QueueSummary: object({
    silent_model: text,
    depth,
    paused: yes,
    resting_ms: maybe(number),
    oldest_ms: maybe(number),
    oldest_delayed_ms: maybe(number),
    ended: maybe(outcomes),
    pairs_per_minute: maybe(number),
    dropped: maybe(record(whole)),
  }),
  QueuedJob: object({
    pair_id: text,
    experiment: maybe(text),
    request_id: maybe(text),
    reason: text,
    failed_at: maybe(moment),
    admitted_at: maybe(moment),
    attempts: whole,
  }),
  JobDone: object({ pair_id: text, status: one("retried", "discarded") }),
  RetriedAll: object({ retried: whole, refused: list(object({ pair_id: text, message: text })) }),
  LabelProgress: object({ drawn: whole, labelled: whole, skipped: whole, overdue: whole, waiting: whole }),
  LabelDone: object({ id: text, status: one("labelled", "taken_back") }),
  Label: object({ label: one("a", "same", "b", "skip"), note: maybe(text), reviewer: maybe(text) }, "note", "reviewer"),
  Note: object({ label: text, reviewer: maybe(text) }, "reviewer"),
  Subject: {
    type: "object",
    properties: { user: text, session: text, request_id: text, pair_id: text },
    minProperties: 1,
    maxProperties: 1,
  },
  Receipt: object({ id: text, of: text, requested_at: moment, deleted: anything, kept: text }),
  Models: object({ object: one("list"), data: list(ref("Model")) }),
  Model: object({ id: text, object: one("model") }),
  Health: object({ status: text, version: text, parts: record(anything), sinks: record(anything) }, "parts", "sinks"),
};
