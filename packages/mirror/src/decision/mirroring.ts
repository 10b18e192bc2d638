import type { Config, Deployment, SampleBy } from "@understudy/config";
import type { ApiName, Caller, CallRecord } from "@understudy/contracts";
import type { Clock } from "@understudy/runtime";
import { type ClientTry, createClientRetries } from "./client-retries.ts";
import { reasonNotToMirror, type SkipReason } from "./decide.ts";
import { isMatched, type RequestSays } from "./is-matched.ts";
import type { MirrorDispatcher } from "./dispatcher.ts";
import { AS_CONFIGURED, type MirrorRules } from "./mirror-rules.ts";
import { plannedMirrors, type RolloutSide, targetsOf } from "./planned-mirrors.ts";
import { type JobLogging, makeMirrorJob, type MirrorJob } from "../job/mirror-job.ts";

/** A primary call that is over, and the request it answered. */
export interface FinishedPrimary {
  readonly record: CallRecord;
  /** JSON text of the request body, sanitised. */
  readonly request: string;
  readonly requestBytes: number;
  /** The client's headers that the API forwards: they travel with the copy. */
  readonly headers: MirrorJob["headers"];
  /** Why only the primary's provider can answer it, as its API tells; null where another can. */
  readonly statefulBy: string | null;
  /** Kind of request, as `stratumOf` names it. */
  readonly stratum: string;
  /** The session that a header names. */
  readonly session: string | null;
  /** What the request itself says of whom it is; asked only where a sample or a limit goes by it. */
  readonly says: () => RequestSays;
  readonly optedOut: boolean;
  /** What the request says of earlier tries of it. */
  readonly clientTry: ClientTry;
  /** What the request says of how its calls are logged. */
  readonly logging?: JobLogging | undefined;
  /** Which side of a rollout it was on; absent where its group is not being handed over. */
  readonly side?: RolloutSide | null;
}

export interface Mirroring {
  /** Decides once for each silent model of the deployment that answered; the jobs it hands to the dispatcher. */
  mirror(primary: FinishedPrimary): readonly MirrorJob[];
  /** Counts requests that this deployment answered and that nobody could look at. */
  notTaken(deployment: string, requests: number): void;
}

export interface MirroringEvents {
  admitted(job: MirrorJob): void;
  /** `stratum` is the kind of request, as `stratumOf` names it. */
  skipped(skipped: Skipped): void;
}

export interface Skipped {
  readonly experiment: string;
  readonly reason: SkipReason;
  /** Kind of request, as `stratumOf` names it; empty where nobody looked. */
  readonly stratum: string;
  readonly caller?: Caller | undefined;
  readonly count: number;
}

export interface MirroringDeps {
  readonly config: Config;
  readonly dispatcher: MirrorDispatcher;
  /** Whether the silent model has a deployment that speaks the API. */
  readonly speaks: (silentModel: string, api: ApiName) => boolean;
  readonly clock: Clock;
  readonly events: MirroringEvents;
  /** What is changed while it runs; absent where nothing can be. */
  readonly rules?: MirrorRules;
}

export function createMirroring(deps: MirroringDeps): Mirroring {
  const { config, dispatcher, speaks, clock, events, rules = AS_CONFIGURED } = deps;
  const deployments = new Map(config.deployments.map((deployment) => [deployment.id, deployment]));
  const retries = createClientRetries(clock);

  return {
    mirror(primary) {
      const { record, side = null } = primary;
      const deployment = mirroredDeployment(record, deployments);
      if (deployment === undefined || record.role !== "primary") return [];
      const planned = plannedMirrors(record, deployment, { side, rules });
      if (planned.length === 0) return [];
      const { request, stratum, session, logging, headers } = primary;
      const jobs: MirrorJob[] = [];
      const clientAborted = record.status === "error" && record.error?.kind === "aborted";
      // The retry of a request that its client left is the first that can be mirrored.
      const clientRetry = !clientAborted && retries.isRetry(primary.clientTry, primary.requestBytes);
      for (const { target, primaryGroup, askedGroup, rollout, record: ofPrimary } of planned) {
        const reason = reasonNotToMirror({
          target,
          primaryGroup,
          stopped: rules.ruleOf(target.experimentId).stopped,
          matched: isMatched(target.match, record, primary.says),
          spoken: speaks(target.silentModel, record.operation),
          stateful: primary.statefulBy !== null,
          samplingId: samplingIdOf(target.sampleBy, primary),
          bodyBytes: primary.requestBytes,
          optedOut: primary.optedOut,
          clientAborted,
          clientRetry,
        });
        if (reason !== null) {
          const { caller } = record;
          events.skipped({ experiment: target.experimentId, reason, stratum, caller, count: 1 });
          continue;
        }
        const now = clock.now();
        const kept = { request, stratum, session, logging, headers };
        const job = makeMirrorJob({ target, primaryGroup, askedGroup, rollout, primary: ofPrimary, ...kept, now });
        jobs.push(job);
        events.admitted(job);
        dispatcher.dispatch(job);
      }
      return jobs;
    },
    notTaken(id, requests) {
      const deployment = deployments.get(id);
      if (deployment === undefined) return;
      for (const { experimentId: experiment } of targetsOf(deployment, rules)) {
        events.skipped({ experiment, reason: "not_taken", stratum: "", count: requests });
      }
    },
  };
}

/** The deployment that answered; where none did, the first one that was tried. */
function mirroredDeployment(record: CallRecord, all: ReadonlyMap<string, Deployment>): Deployment | undefined {
  return all.get(record.deployment ?? record.attempts[0]?.deployment ?? "");
}

/** A name may be as long as a body. */
const LONGEST_NAME = 512;

/** Whole sessions or users are drawn where the request names one; else the request, by the client's own id where it sent one. */
function samplingIdOf(by: SampleBy, { record, session, says }: FinishedPrimary): string {
  const ofRequest = record.client_request_id ?? record.request_id;
  if (by === "request") return ofRequest;
  const name = by === "session" ? (session ?? says().sessions[0]) : says().users[0];
  return name === undefined ? ofRequest : name.slice(0, LONGEST_NAME);
}
