import { APIS } from "@understudy/apis";
import { type OwnChecks, ownChecksOf } from "@understudy/config";
import type { OwnChecked } from "@understudy/evaluation";
import type { MirrorJob } from "@understudy/mirror";
import type { CallRecord } from "@understudy/contracts";
import type { OwnChecker } from "./own-checker.ts";

/** What the operator's checks say of a job's two answers; null where there are none for its model group. */
export type CheckPair = (job: MirrorJob, silent: CallRecord) => Promise<OwnChecked | null>;

export function createCheckPair(ownChecks: OwnChecks, checker: OwnChecker): CheckPair {
  return async ({ asked_group, primary_group, primary, request, pair_id }, silent) => {
    const set = ownChecksOf(ownChecks, asked_group ?? primary_group);
    // They are of words.
    if (set === null || !APIS[primary.operation].speaks) return null;
    // What has no answer is worth what its failure is: there is nothing to hold to anything.
    if (primary.status !== "ok" || silent.status !== "ok" || primary.answer === null || silent.answer === null)
      return { set: set.id, results: [] };
    const asked = { api: primary.operation, request };
    return checker.check(set, { primary: primary.answer, silent: silent.answer, ...asked }, pair_id);
  };
}
