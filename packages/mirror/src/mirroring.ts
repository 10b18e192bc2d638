import type { Config, Deployment } from "@understudy/config";
import type { CallRecord } from "@understudy/router";
import type { Clock } from "@understudy/runtime";
import { reasonNotToMirror, type SkipReason } from "./decide.ts";
import type { MirrorDispatcher } from "./dispatcher.ts";
import { makeMirrorJob, type MirrorJob } from "./mirror-job.ts";

/** A primary call that is over, and the request it answered. */
export interface FinishedPrimary {
  readonly record: CallRecord;
  /** JSON text of the request body, sanitised. */
  readonly request: string;
  readonly requestBytes: number;
  readonly optedOut: boolean;
}

export interface Mirroring {
  /** Decides once for each silent model of the deployment that answered; the jobs it hands to the dispatcher. */
  mirror(primary: FinishedPrimary): readonly MirrorJob[];
}

export interface MirroringEvents {
  admitted(experiment: string): void;
  skipped(experiment: string, reason: SkipReason): void;
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
      const jobs: MirrorJob[] = [];
      for (const target of deployment.silent) {
        const reason = reasonNotToMirror({
          target,
          samplingId: record.client_request_id ?? record.request_id,
          bodyBytes: primary.requestBytes,
          optedOut: primary.optedOut,
        });
        if (reason !== null) {
          events.skipped(target.experimentId, reason);
          continue;
        }
        const now = clock.now();
        const { request } = primary;
        const job = makeMirrorJob({ target, primaryGroup: deployment.modelGroup, primary: record, request, now });
        jobs.push(job);
        events.admitted(target.experimentId);
        dispatcher.dispatch(job);
      }
      return jobs;
    },
  };
}

/** The deployment that answered; where none did, the first one that was tried. */
function mirroredDeployment(record: CallRecord, all: ReadonlyMap<string, Deployment>): Deployment | undefined {
  return all.get(record.deployment ?? record.attempts[0]?.deployment ?? "");
}
