import { sampleCallRecord } from "@understudy/contracts/fixture";
import type { SilentTarget } from "@understudy/config";
import type { CallRecord } from "@understudy/contracts";
import { makeMirrorJob, type MirrorJob } from "./mirror-job.ts";

/** Only for tests: calls, targets and jobs that say what they are made of. */
export function primaryRecord(of: Partial<CallRecord> = {}): CallRecord {
  return sampleCallRecord({ deployment: "main-1", model: "gpt-main", response_model: "gpt-main-2026", ...of });
}

export function silentTarget(of: Partial<SilentTarget> = {}): SilentTarget {
  return {
    experimentId: "exp-1",
    silentModel: "quiet",
    sampleRate: 1,
    sampleBy: "request",
    match: null,
    maxBodyBytes: 1024 ** 2,
    maxJobAgeMs: 3_600_000,
    payloads: "full",
    retentionMs: 86_400_000,
    ...of,
  };
}

export const QUESTION = JSON.stringify({ model: "gpt-main", messages: [{ role: "user", content: "Say hello" }] });

const KEPT = { request: QUESTION, stratum: "", session: null, headers: {} };

/** A job named by its number: its request id, and with that its own id, follow from it. */
export function jobNumber(number: number, of: Partial<MirrorJob> = {}): MirrorJob {
  const primary = primaryRecord({ request_id: `req_${number}` });
  const target = silentTarget({ silentModel: of.silent_model ?? "quiet" });
  return {
    ...makeMirrorJob({
      target,
      primaryGroup: "gpt-main",
      askedGroup: null,
      rollout: null,
      primary,
      ...KEPT,
      now: 1_000,
    }),
    ...of,
  };
}

export function jobNumbers(count: number, of: Partial<MirrorJob> = {}): readonly MirrorJob[] {
  return Array.from({ length: count }, (_, number) => jobNumber(number, of));
}
