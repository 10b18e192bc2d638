import type { ExperimentOverview } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { AccountBar, accountSum } from "../figures/account-bar.tsx";
import { count, duration, percent, total } from "../frame/format.ts";

const DAY_MS = 86_400_000;

type Block = Report["verdict"]["blocks"][number];

interface Check {
  readonly name: string;
  readonly figure: string;
  readonly limit: string;
  /** What of a promote waits for it. */
  readonly blocks: readonly Block["name"][];
}

interface SampleProps {
  readonly report: Report;
  readonly overview: ExperimentOverview;
}

/** What became of all that was admitted, and whether the pairs may be believed to be the traffic. */
export function Sample({ report, overview }: SampleProps): ReactNode {
  const { account, verdict } = report;
  return (
    <section className="part sample" aria-labelledby="sample">
      <header>
        <h2 id="sample">Sample</h2>
        <span className="aside">{accountSum(account)}</span>
      </header>
      <AccountBar account={account} />
      <dl className="rows health">
        {checksOf(report, overview).map((check) => {
          const failing = verdict.blocks.find(({ name }) => check.blocks.includes(name));
          return (
            <div key={check.name}>
              <dt>
                <span className={failing === undefined ? "good" : "warn"} aria-hidden="true">
                  {failing === undefined ? "✓" : "!"}
                </span>
                {check.name}
                <span className="unseen">{failing === undefined ? ": as it should be" : ": not as it should be"}</span>
              </dt>
              <dd className="share">{check.figure}</dd>
              <dd className="quiet">{check.limit}</dd>
              {failing !== undefined && <dd className="fails">{failing.reason}</dd>}
            </div>
          );
        })}
      </dl>
      <PairLinks id={report.experiment.id} />
    </section>
  );
}

/** The pairs themselves, as the list of pairs narrows them. */
function PairLinks({ id }: { readonly id: string }): ReactNode {
  const pairs = `/pairs?experiment=${encodeURIComponent(id)}`;
  return (
    <p className="pair-links">
      <Link href={pairs} className="link">
        All pairs
      </Link>
      <Link href={`${pairs}&agrees=false`} className="link">
        Pairs that disagree
      </Link>
      <Link href={`${pairs}&outcome=failed`} className="link">
        Pairs that failed
      </Link>
    </p>
  );
}

function checksOf({ account, selection, verdict }: Report, { verdict: listed }: ExperimentOverview): readonly Check[] {
  const without = account.expired + total(account.dropped) + account.lost;
  const { configured_rate, sampled } = selection;
  const { span_days, minimum_span_days } = verdict.pace;
  const measured = listed?.measured ?? null;
  const changed = verdict.blocks.some(({ name }) => name === "recent" || name === "changed");
  return [
    {
      name: "Measured",
      figure: measured === null ? "–" : percent(measured),
      limit: "at least 90%",
      blocks: ["measured"],
    },
    {
      name: "Expired, dropped, lost",
      figure: account.admitted === 0 ? "–" : percent(without / account.admitted, 2),
      limit: "at most 1%",
      blocks: ["lost"],
    },
    {
      name: "Sample ratio",
      figure: `${percent(sampled.value)} of ${count(sampled.of)}`,
      limit:
        configured_rate === null
          ? "not one figure was asked"
          : selection.ok
            ? "as asked"
            : `${percent(configured_rate)} asked`,
      blocks: ["sample"],
    },
    {
      name: "Span",
      figure: duration(span_days * DAY_MS),
      limit: minimum_span_days === 0 ? "no least" : `at least ${duration(minimum_span_days * DAY_MS)}`,
      blocks: ["span"],
    },
    {
      name: "Newest pairs",
      figure: changed ? "changed" : "no change",
      limit: "against those before",
      blocks: ["recent", "changed"],
    },
  ];
}
