import type { ExperimentOverview } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { facing, figure, SHORT_UNITS } from "../figures/criterion-words.ts";
import { columnOf } from "../figures/quality.ts";
import { count, duration, fixed, usd } from "../frame/format.ts";
import type { Standing } from "../figures/standing.ts";

interface FactsProps {
  readonly overview: ExperimentOverview;
  readonly report: Report | null;
  readonly standing: Standing;
}

/** Three figures beside the verdict: what it is worth, and how many pairs and days it rests on. */
export function Facts({ overview, report, standing }: FactsProps): ReactNode {
  const pairs = overview.verdict?.pairs ?? overview.counts.paired;
  const span = report?.verdict.pace.span_days ?? null;
  return (
    <dl className="facts">
      <First overview={overview} standing={standing} />
      <Fact name="pairs" value={count(pairs)} />
      {span !== null && <Fact {...spanFact(span)} />}
    </dl>
  );
}

const DAY_MS = 86_400_000;

/** Days are counted from the first one on. */
function spanFact(days: number): { readonly name: string; readonly value: string } {
  return days >= 1 ? { name: "days", value: fixed(days, 1) } : { name: "so far", value: duration(days * DAY_MS) };
}

/** Of a promote what it saves, of a reject how far it is beyond, of what is watched how many pairs are missing. */
function First({ overview, standing }: Omit<FactsProps, "report">): ReactNode {
  const { saving, verdict, counts } = overview;
  switch (standing.kind) {
    case "promote":
    case "rollout":
      return saving.usd_a_month === null ? null : <Fact name="saved a month" value={usd(saving.usd_a_month)} />;
    case "reject":
      return <Beyond overview={overview} />;
    case "cannot":
      return <Fact name="failed" value={count(counts.failed)} />;
    case "watch":
      return verdict?.pairs_needed === null || verdict === null ? null : (
        <Fact name="more pairs" value={count(verdict.pairs_needed)} />
      );
    case "control":
    case "unknown":
      return null;
  }
}

function Beyond({ overview }: { readonly overview: ExperimentOverview }): ReactNode {
  const worst = (["Quality", "Errors", "Latency", "Cost"] as const)
    .map((column) => columnOf(overview.criteria, column))
    .find((criterion) => criterion?.state === "fail");
  const bound = worst === undefined || worst === null ? null : facing(worst);
  if (worst === undefined || worst === null || bound === null) return null;
  return <Fact name="worse at least" value={`${figure(bound, worst.unit)}${SHORT_UNITS[worst.unit]}`} />;
}

export function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
