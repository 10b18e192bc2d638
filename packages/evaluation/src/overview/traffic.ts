import type { Saving, Traffic } from "@understudy/contracts";
import { whyNoCost } from "../verdict/cost-criterion.ts";
import type { JudgedInput } from "../verdict/judge.ts";
import type { Pace } from "../verdict/pace.ts";

const DAYS_A_MONTH = 30;
/** Less traffic than an hour's says nothing of a month. */
const LEAST_DAYS = 1 / 24;

const UNKNOWN: Traffic = { requests_a_day: null, usd_a_month: null };

/** All that the group was asked, as its account has it, over the time that the pairs cover. */
export function trafficOf({ experiment, account, evidence }: JudgedInput, { span_days }: Pace): Traffic {
  if (experiment.replay === true || span_days < LEAST_DAYS) return UNKNOWN;
  const requests = account.admitted + Object.values(account.skipped).reduce((sum, count) => sum + count, 0);
  const requests_a_day = requests / span_days;
  const { cost } = evidence;
  if (whyNoCost(evidence) !== null || cost.pairs === 0) return { ...UNKNOWN, requests_a_day };
  return { requests_a_day, usd_a_month: (cost.primary / cost.pairs) * requests_a_day * DAYS_A_MONTH };
}

/** What the candidate would save of all the group's requests, as billed: the mean over the pairs times the requests of a month. */
export function savingOf({ experiment, evidence }: JudgedInput, { usd_a_month }: Traffic): Saving {
  const unknown = (reason: string): Saving => ({ usd_a_month: null, reason });
  if (experiment.control) return unknown("a control takes over from nobody");
  if (experiment.replay === true) return unknown("a replay has no traffic of its own");
  const missing = whyNoCost(evidence);
  if (missing !== null) return unknown(`cost ${missing}`);
  const { cost } = evidence;
  if (cost.pairs === 0) return unknown("no pair with a cost on both sides yet");
  if (usd_a_month === null) return unknown("less than an hour of traffic so far");
  return { usd_a_month: usd_a_month * (1 - cost.silent / cost.primary), reason: null };
}
