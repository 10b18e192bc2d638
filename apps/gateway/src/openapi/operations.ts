import { JOB_STATES, ROLLOUT_ACTIONS } from "@understudy/contracts";
import { type Operation, PAGE } from "./operation.ts";
import { PAIRS } from "./pair-operations.ts";
import { list, maybe, object, pageOf, ref, text, whole } from "./schema.ts";
import { HEALTH, MODELS } from "./wire-operations.ts";

const one = "/api/experiments/{id}";

const live: readonly Operation[] = [
  {
    method: "get",
    path: "/api/events",
    tag: "experiments",
    summary: "What has changed, as it does: server-sent events with the ids of what to ask for anew",
    answer: text,
    type: "text/event-stream",
  },
  {
    method: "get",
    path: "/api/webhook",
    tag: "experiments",
    summary: "Which host events are posted to, and which events of all experiments",
    answer: object({ host: maybe(text), events: list(text) }),
  },
  {
    method: "get",
    path: `${one}/history`,
    tag: "experiments",
    summary: "How the bounds of its criteria narrowed, kept as pairs came",
    query: { include: "kinds: with those of its kinds of request" },
    answer: ref("ExperimentHistory"),
  },
];

const experiments: readonly Operation[] = [
  {
    method: "get",
    path: "/api/experiments",
    tag: "experiments",
    summary: "All experiments, with how they run",
    query: { include: "verdict: with the verdict and the criteria of each, in one answer" },
    answer: pageOf({ anyOf: [ref("Experiment"), ref("ExperimentOverview")] }),
  },
  {
    method: "post",
    path: "/api/experiments",
    tag: "experiments",
    summary: "Adds an experiment that no file names",
    body: ref("ExperimentAdded"),
    status: 201,
    answer: ref("ExperimentRun"),
  },
  {
    method: "get",
    path: "/api/groups",
    tag: "experiments",
    summary: "The model groups that an experiment can be of, with the models behind them",
    answer: pageOf(ref("ModelGroup")),
  },
  {
    method: "get",
    path: one,
    tag: "experiments",
    summary: "One experiment, with the figures of both sides",
    answer: ref("ExperimentDetail"),
  },
  {
    method: "patch",
    path: one,
    tag: "experiments",
    summary: "Changes it while it runs; null sets a setting back to the configuration's",
    body: ref("ExperimentChange"),
    answer: ref("ExperimentRun"),
  },
  {
    method: "get",
    path: `${one}/events`,
    tag: "experiments",
    summary: "What was changed of it, by whom and why, newest first",
    query: PAGE,
    answer: pageOf(ref("ExperimentEvent")),
  },
  {
    method: "get",
    path: `${one}/report`,
    tag: "experiments",
    summary: "What its pairs say: the verdict first",
    answer: ref("Report"),
  },
  {
    method: "get",
    path: `${one}/callers`,
    tag: "experiments",
    summary: "Its account by who called; each adds up, and all together are the experiment's",
    query: { by: "key or team (key)" },
    answer: ref("CallerAccounts"),
  },
  {
    method: "get",
    path: `${one}/plan`,
    tag: "experiments",
    summary: "How many pairs, days and dollars a decision takes",
    answer: ref("Plan"),
  },
  {
    method: "post",
    path: `${one}/rollout`,
    tag: "rollouts",
    summary: "Begins to hand the lead over, on the verdict promote or by force",
    body: ref("RolloutAsked"),
    status: 201,
    answer: ref("Rollout"),
  },
];

const DOES: Readonly<Record<(typeof ROLLOUT_ACTIONS)[number], string>> = {
  advance: "Goes on to the next stage",
  pause: "Stays at its stage until it is resumed",
  resume: "Goes on",
  rollback: "Takes it back, at once and without the database",
};

const rollouts: readonly Operation[] = [
  {
    method: "get",
    path: "/api/rollouts",
    tag: "rollouts",
    summary: "All rollouts, newest first",
    answer: pageOf(ref("Rollout")),
  },
  {
    method: "get",
    path: "/api/rollouts/{id}",
    tag: "rollouts",
    summary: "One rollout, with its guards",
    answer: ref("RolloutDetail"),
  },
  ...ROLLOUT_ACTIONS.map((action): Operation => ({
    method: "post",
    path: `/api/rollouts/{id}/${action}`,
    tag: "rollouts",
    summary: DOES[action],
    body: ref("RolloutAction"),
    answer: ref("Rollout"),
  })),
];

const queues: readonly Operation[] = [
  {
    method: "get",
    path: "/api/queues",
    tag: "queues",
    summary: "How the silent models' queues stand",
    answer: pageOf(ref("QueueSummary")),
  },
  ...JOB_STATES.flatMap((state): readonly Operation[] => {
    const all = `/api/queues/{silentModel}/${state}`;
    const tag = "queues";
    return [
      { method: "get", path: all, tag, summary: `Its jobs: ${state}`, query: PAGE, answer: pageOf(ref("QueuedJob")) },
      {
        method: "post",
        path: `${all}/retry`,
        tag,
        summary: `Tries all that are ${state} again, up to 1,000`,
        answer: ref("RetriedAll"),
      },
      {
        method: "post",
        path: `${all}/discard`,
        tag,
        summary: `Discards all that are ${state}, up to 1,000`,
        answer: object({ discarded: whole }),
      },
      { method: "post", path: `${all}/{pairId}/retry`, tag, summary: "Tries one again", answer: ref("JobDone") },
      { method: "post", path: `${all}/{pairId}/discard`, tag, summary: "Discards one", answer: ref("JobDone") },
    ];
  }),
];

/** Every route of the gateway but those of its page. */
export const OPERATIONS: readonly Operation[] = [
  ...experiments,
  ...live,
  ...rollouts,
  ...PAIRS,
  ...queues,
  ...MODELS,
  ...HEALTH,
];
