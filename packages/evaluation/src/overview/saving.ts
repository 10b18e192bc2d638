import type { Saving } from "@understudy/contracts";
import { whyNoCost } from "../verdict/cost-criterion.ts";
import type { JudgedInput } from "../verdict/judge.ts";
import type { Pace } from "../verdict/pace.ts";

const DAYS_A_MONTH = 30;
/** Less traffic than an hour's says nothing of a month. */
const LEAST_DAYS = 1 / 24;

/** What the candidate would save of all the group's requests, as billed: the mean over the pairs times the requests of a month. */
export function savingOf({ experiment, account, evidence }: JudgedInput, { span_days }: Pace): Saving {
  const unknown = (reason: string): Saving => ({ usd_a_month: null, reason });
  if (experiment.control) return unknown("a control takes over from nobody");
  if (experiment.replay === true) return unknown("a replay has no traffic of its own");
  const missing = whyNoCost(evidence);
  if (missing !== null) return unknown(`cost ${missing}`);
  const { cost } = evidence;
  if (cost.pairs === 0) return unknown("no pair with a cost on both sides yet");
  if (span_days < LEAST_DAYS) return unknown("less than an hour of traffic so far");
  const requests = account.admitted + Object.values(account.skipped).reduce((sum, count) => sum + count, 0);
  const aMonth = (requests / span_days) * DAYS_A_MONTH;
  return { usd_a_month: ((cost.primary - cost.silent) / cost.pairs) * aMonth, reason: null };
}
