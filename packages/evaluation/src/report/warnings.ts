import type { Account } from "@understudy/contracts";
import type { Evidence } from "../evidence.ts";
import type { Report } from "./report.ts";
import { labelReport } from "./labels.ts";
import { reviewWarnings } from "./reviews.ts";

export interface Warned {
  readonly account: Account;
  readonly evidence: Evidence;
  readonly control: Evidence | null;
  readonly selection: Report["selection"];
  readonly isControl: boolean;
  readonly replay: boolean;
}

/** Beyond this share of admitted mirrors without a pair, the pairs may not look like the traffic. */
const MANY_LOST = 0.01;
/** Beyond this share, what is compared is a minority report. */
const MANY_NOT_COMPARABLE = 0.2;
/** Below this the floor is as uncertain as what it is to be read against. */
const FEW_CONTROL_PAIRS = 100;

/** What a reader must know before any figure, most important first. */
export function warningsOf(warned: Warned): readonly string[] {
  return [
    replayWarning(warned),
    sampleRatioWarning(warned),
    strataWarning(warned),
    lostWarning(warned),
    notComparableWarning(warned),
    controlWarning(warned),
    ...reviewWarnings(warned.evidence.reviews),
    labelWarning(warned),
  ].filter((warning) => warning !== null);
}

function replayWarning({ replay }: Warned): string | null {
  if (!replay) return null;
  return (
    "a replay: the primary answered these requests earlier and was not called again, so latency is compared across times; " +
    "and requests whose texts are kept are no sample of live traffic"
  );
}

function sampleRatioWarning({ selection }: Warned): string | null {
  const { sample_ratio, sampled, configured_rate } = selection;
  if (sample_ratio === null || sample_ratio.ok || configured_rate === null) return null;
  return (
    `${percent(sampled.value)} of the requests were mirrored and ${percent(configured_rate)} were asked for: ` +
    "the pairs are no fair sample of the traffic"
  );
}

function strataWarning({ selection }: Warned): string | null {
  const off = selection.strata.filter((stratum) => stratum.off);
  if (off.length === 0) return null;
  const named = off.slice(0, 4).map(({ by, name, share }) => `${by} ${name} (${percent(share.value)})`);
  const rest = off.length > named.length ? ` and ${off.length - named.length} more` : "";
  return `requests of some kinds were mirrored less or more often than asked for: ${named.join(", ")}${rest}`;
}

function lostWarning({ account }: Warned): string | null {
  const dropped = Object.values(account.dropped).reduce((sum, count) => sum + count, 0);
  const without = dropped + account.expired + account.lost;
  if (account.admitted === 0 || without / account.admitted <= MANY_LOST) return null;
  const reasons = Object.entries({ expired: account.expired, ...account.dropped, lost: account.lost })
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${reason}`);
  return `${percent(without / account.admitted)} of the mirrors have no pair (${reasons.join(", ")})`;
}

function notComparableWarning({ evidence }: Warned): string | null {
  const left = evidence.pairs - evidence.comparable;
  if (evidence.pairs === 0 || left / evidence.pairs <= MANY_NOT_COMPARABLE) return null;
  const reasons = Object.entries(evidence.not_comparable)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([reason, count]) => `${count} ${reason}`);
  return `${percent(left / evidence.pairs)} of the pairs cannot be compared (${reasons.join(", ")})`;
}

function controlWarning({ evidence, control, isControl }: Warned): string | null {
  if (isControl || evidence.agreed.of === 0) return null;
  if (control === null || control.agreed.of === 0) {
    return "without a control it is not known how much the answers differ by chance: mirror a share of the traffic to the primary's own group with control: true";
  }
  if (control.agreed.of >= FEW_CONTROL_PAIRS) return null;
  return `the control has ${control.agreed.of} pairs only: how much answers differ by chance is still uncertain`;
}

function labelWarning({ evidence: { labels } }: Warned): string | null {
  return labelReport(labels, false)?.note ?? null;
}

function percent(rate: number | null): string {
  return rate === null ? "none" : `${Number((rate * 100).toPrecision(3))}%`;
}
