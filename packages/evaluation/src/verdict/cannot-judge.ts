import { whyNoCost } from "./cost-criterion.ts";
import type { Question } from "./criteria.ts";
import { measuredShare, type Sampled } from "./sample-blocks.ts";

/** What an operator can do about calls that fail through a fault of ours. */
const FAULTS: Readonly<Record<string, string>> = {
  authentication: "the silent model's key is refused (authentication): set its api_key",
  permission: "the silent model's key may not use it (permission): give the key access, or take another",
  quota: "the silent model's account is used up (quota): add credit, or raise its limit",
  not_found: "the silent model is not there under this name (not_found): correct litellm_params.model or api_base",
};
const ADAPTATION =
  "the silent model refuses parameters that we sent it (bad_request): set drop_params or additional_drop_params";
const FEWEST = 5;

/**
 * Why no number of pairs would tell anything: what is missing is mostly our own fault, or a criterion that is asked for
 * lacks what it is computed from. Null where that is not so.
 */
export function whyNobodyCanJudge(input: Question & Sampled): string | null {
  const { evidence, account, margins } = input;
  const { standings, failures } = evidence;
  const { measured, of } = measuredShare(evidence, account);
  const missing = of - measured;
  if (standings.our_fault >= FEWEST && standings.our_fault > missing / 2 && missing > 0.1 * of) {
    const kind = failures.map((failure) => failure.kind).find((kind) => kind in FAULTS);
    return kind === undefined ? ADAPTATION : (FAULTS[kind] ?? ADAPTATION);
  }
  if (measured === 0 && standings.primary_failed >= FEWEST)
    return "the primary's own calls fail: there is nothing to compare with";
  if (margins.cost === null || evidence.pairs < FEWEST) return null;
  const missingCost = whyNoCost(evidence);
  return missingCost === null ? null : `cost ${missingCost}`;
}
