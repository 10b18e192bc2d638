import type { Deployment, SilentTarget } from "@understudy/config";
import { type CallRecord, FAILURES } from "@understudy/contracts";
import type { MirrorRules } from "./mirror-rules.ts";

/** A mirror that is asked about: where the copy would go, and whose answer it would be compared with. */
export interface PlannedMirror {
  readonly target: SilentTarget;
  readonly primaryGroup: string;
  /** Model group that the client asked for, where that is another. */
  readonly askedGroup: string | null;
  /** Of whose candidate the answer is, where one was called first. */
  readonly rollout: string | null;
  /** The primary's call, as this experiment has it. */
  readonly record: CallRecord;
}

/** The side of a rollout that a request was on. */
export interface RolloutSide {
  /** Its id. */
  readonly rollout: string;
  /** Model groups: the one that answered before, and the one that takes over. */
  readonly primary: string;
  readonly candidate: string;
  /** Whether the candidate was called first. */
  readonly led: boolean;
}

/**
 * The mirrors of a call that is over: those of the deployment that answered (or was tried first), and for an answer of a
 * rollout's candidate the one with the roles swapped. A failure of the candidate that another group stepped in for is its failure
 * all the same, and the old primary's answer to it is none of the usual sample: the candidate has chosen it by failing.
 */
export function plannedMirrors(
  record: CallRecord,
  deployment: Deployment,
  { side, rules }: { readonly side: RolloutSide | null; readonly rules: MirrorRules },
): readonly PlannedMirror[] {
  const led = side?.led === true ? side : null;
  const usual =
    led !== null && deployment.modelGroup === led.primary
      ? []
      : targetsOf(deployment, rules).map((target) => ({
          target,
          primaryGroup: deployment.modelGroup,
          askedGroup: null,
          rollout: null,
          record,
        }));
  const reverse = led === null ? null : rules.reverseOf(led.rollout);
  if (led === null || reverse === null || usual.some((one) => one.target.experimentId === reverse.experimentId)) {
    return usual;
  }
  const part = candidatesPart(record, led.candidate, deployment);
  const { candidate: primaryGroup, primary: askedGroup, rollout } = led;
  return [...usual, { target: reverse, primaryGroup, askedGroup, rollout, record: part }];
}

/** The silent models of a deployment, with those that were added to its group, each at the rate that holds now. */
export function targetsOf({ silent, modelGroup }: Deployment, rules: MirrorRules): readonly SilentTarget[] {
  const added = rules.addedTo(modelGroup);
  const targets =
    added.length === 0
      ? silent
      : [...silent, ...added.filter((one) => silent.every((other) => other.experimentId !== one.experimentId))];
  return targets.map((target) => {
    const sampleRate = rateOf(target, { targets, rules, isControl: target.silentModel === modelGroup });
    return sampleRate === target.sampleRate ? target : { ...target, sampleRate };
  });
}

interface Beside {
  readonly targets: readonly SilentTarget[];
  readonly rules: MirrorRules;
  readonly isControl: boolean;
}

/** A control that sees what the candidates beside it see goes on to do so when their rate is changed. */
function rateOf(target: SilentTarget, { targets, rules, isControl }: Beside): number {
  const { sampleRate } = rules.ruleOf(target.experimentId);
  if (sampleRate !== null) return sampleRate;
  const beside = isControl ? targets.filter((other) => other !== target) : [];
  if (Math.max(...beside.map((other) => other.sampleRate)) !== target.sampleRate) return target.sampleRate;
  return Math.max(...beside.map((other) => rules.ruleOf(other.experimentId).sampleRate ?? other.sampleRate));
}

/** The call as far as it is the candidate's. */
function candidatesPart(record: CallRecord, candidate: string, { modelGroup }: Deployment): CallRecord {
  const steppedIn = record.answered_by !== null && modelGroup !== candidate;
  return steppedIn ? failedPart(record, candidate) : { ...record, model_group: candidate };
}

function failedPart(record: CallRecord, candidate: string): CallRecord {
  const attempts = record.attempts.filter(({ model_group }) => model_group === candidate);
  const last = attempts.at(-1);
  const kind = last === undefined || last.outcome === "ok" ? "unavailable" : last.outcome;
  const message = last?.message ?? "none of its deployments was available";
  return {
    ...record,
    model_group: candidate,
    status: "error",
    ...NO_ANSWER,
    error: { kind, status: last?.http_status ?? FAILURES[kind].status, message, type: null, code: null, param: null },
    timing: {
      ...record.timing,
      total_ms: attempts.reduce((sum, attempt) => sum + attempt.duration_ms, 0),
      model_ms: null,
      first_token_ms: null,
    },
    attempts,
    changes: [],
  };
}

const NO_ANSWER = {
  answered_by: null,
  deployment: null,
  provider: null,
  model: null,
  response_model: null,
  system_fingerprint: null,
  usage: null,
  cost_usd: null,
  list_cost_usd: null,
  answer: null,
  skipped_events: 0,
} as const;
