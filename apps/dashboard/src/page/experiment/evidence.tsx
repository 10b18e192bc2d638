import type { CriterionOverview, ExperimentHistory } from "@understudy/contracts";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { Across } from "../charts/criterion-picture.ts";
import { criterionName } from "../figures/criterion-words.ts";
import { useApi } from "../frame/api.ts";
import { experimentPath } from "../frame/links.ts";

// The verdict stands above the charts, and does not wait for them.
const CriterionChart = lazy(async () => ({ default: (await import("../charts/criterion-chart.tsx")).CriterionChart }));

interface EvidenceProps {
  readonly id: string;
  readonly criteria: readonly CriterionOverview[];
  /** Whether its course is kept. */
  readonly kept: boolean;
}

const ORDER = ["fail", "open", "pass", "cannot_tell", "off"] as const;

/** One picture for each criterion that has evidence; what is beyond first, then what is open. */
export function Evidence({ id, criteria, kept }: EvidenceProps): ReactNode {
  const { data } = useApi<ExperimentHistory>(kept ? `${experimentPath(id)}/history` : null);
  const [across, setAcross] = useState<Across>("pairs");
  const shown = criteria
    .filter(({ pairs, state }) => pairs > 0 && state !== "off")
    .toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  if (shown.length === 0) return null;
  return (
    <section className="part" aria-labelledby="evidence">
      <header>
        <h2 id="evidence">Evidence</h2>
        <span className="aside">how much worse it can still be; up is worse</span>
        <div className="segments push" role="group" aria-label="Horizontal axis">
          {(["pairs", "time"] as const).map((name) => (
            <button key={name} type="button" aria-pressed={across === name} onClick={() => setAcross(name)}>
              by {name}
            </button>
          ))}
        </div>
      </header>
      <div className="multiples">
        <Suspense
          fallback={shown.map(({ name }) => (
            <div key={name} className="chart waiting" />
          ))}
        >
          {shown.map((criterion) => (
            <CriterionChart
              key={criterion.name}
              title={criterionName(criterion.name)}
              criterion={criterion}
              history={data?.criteria.find(({ name }) => name === criterion.name) ?? null}
              across={across}
            />
          ))}
        </Suspense>
      </div>
      <Legend across={across} controlled={shown.some(({ control }) => control !== null)} />
    </section>
  );
}

interface LegendProps {
  readonly across: Across;
  readonly controlled: boolean;
}

function Legend({ across, controlled }: LegendProps): ReactNode {
  return (
    <p className="legend" aria-hidden="true">
      <span>
        <svg viewBox="0 0 22 10">
          <path d="M0 5h22" stroke="var(--band)" strokeWidth="8" />
          <path d="M0 1h22M0 9h22" stroke="var(--ink-3)" />
        </svg>
        bounds, valid at any look
      </span>
      <span>
        <svg viewBox="0 0 22 10">
          <path d="M0 5h22" stroke="var(--ink)" strokeWidth="1.5" />
        </svg>
        margin; above it is too much worse
      </span>
      {controlled && (
        <span>
          <svg viewBox="0 0 22 10">
            <path d="M0 5h22" stroke="var(--accent)" strokeWidth="1.5" strokeDasharray="5 3" />
          </svg>
          control: the primary against itself
        </span>
      )}
      <span>
        <svg viewBox="0 0 22 10">
          <path d="M0 5h22" stroke="var(--ink-2)" strokeDasharray="1 3" />
        </svg>
        so far
      </span>
      {across === "pairs" && <span>moments are marked where they fell among the pairs</span>}
    </p>
  );
}
