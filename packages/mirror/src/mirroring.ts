import type { Config, Deployment } from "@understudy/config";
import type { CallRecord } from "@understudy/router";
import type { Clock } from "@understudy/runtime";
import { reasonNotToMirror, type SkipReason } from "./decide.ts";
import type { MirrorDispatcher } from "./dispatcher.ts";
import { type JobLogging, makeMirrorJob, type MirrorJob } from "./mirror-job.ts";

/** A primary call that is over, and the request it answered. */
export interface FinishedPrimary {
  readonly record: CallRecord;
  /** JSON text of the request body, sanitised. */
  readonly request: string;
  readonly requestBytes: number;
  /** Kind of request, as `stratumOf` names it. */
  readonly stratum: string;
  readonly optedOut: boolean;
  /** What the request says of how its calls are logged. */
  readonly logging?: JobLogging | undefined;
}

export interface Mirroring {
  /** Decides once for each silent model of the deployment that answered; the jobs it hands to the dispatcher. */
  mirror(primary: FinishedPrimary): readonly MirrorJob[];
  /** Counts requests that this deployment answered and that nobody could look at. */
  passOver(deployment: string, requests: number): void;
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
  readonly count: number;
}

export interface MirroringDeps {
  readonly config: Config;
  readonly dispatcher: MirrorDispatcher;
  readonly clock: Clock;
  readonly events: MirroringEvents;
}

export function createMirroring({ config, dispatcher, clock, events }: MirroringDeps): Mirroring {
  const deployments = new Map(config.deployments.map((deployment) => [deployment.id, deployment]));

  return {
    mirror(primary) {
      const { record } = primary;
      const deployment = mirroredDeployment(record, deployments);
      if (deployment === undefined || record.role !== "primary") return [];
      if (deployment.silent.length === 0) return [];
      const { request, stratum, logging } = primary;
      const jobs: MirrorJob[] = [];
      for (const target of deployment.silent) {
        const reason = reasonNotToMirror({
          target,
          operation: record.operation,
          samplingId: record.client_request_id ?? record.request_id,
          bodyBytes: primary.requestBytes,
          optedOut: primary.optedOut,
        });
        if (reason !== null) {
          events.skipped({ experiment: target.experimentId, reason, stratum, count: 1 });
          continue;
        }
        const now = clock.now();
        const primaryGroup = deployment.modelGroup;
        const job = makeMirrorJob({ target, primaryGroup, primary: record, request, stratum, logging, now });
        jobs.push(job);
        events.admitted(job);
        dispatcher.dispatch(job);
      }
      return jobs;
    },
    passOver(deployment, requests) {
      for (const { experimentId: experiment } of deployments.get(deployment)?.silent ?? []) {
        events.skipped({ experiment, reason: "not_taken", stratum: "", count: requests });
      }
    },
  };
}

/** The deployment that answered; where none did, the first one that was tried. */
function mirroredDeployment(record: CallRecord, all: ReadonlyMap<string, Deployment>): Deployment | undefined {
  return all.get(record.deployment ?? record.attempts[0]?.deployment ?? "");
}
