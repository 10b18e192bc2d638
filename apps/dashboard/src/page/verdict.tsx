import type { Criterion, Decision, Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Bounds } from "./bounds.tsx";
import { DataTable } from "./data-table.tsx";
import { count, points, times } from "./format.ts";

const DECISIONS: Readonly<Record<Decision, { readonly words: string; readonly sign: string }>> = {
  promote: { words: "Promote", sign: "✓" },
  reject: { words: "Reject", sign: "✕" },
  keep_watching: { words: "Keep watching", sign: "…" },
};
const CONTROL = { words: "Control", sign: "=" };

/** The answer, in words and a sign, never by colour alone; why; and how many pairs it took or takes. */
export function VerdictLine({ report }: { readonly report: Report }): ReactNode {
  const { verdict, experiment } = report;
  const { words, sign } = experiment.control ? CONTROL : DECISIONS[verdict.decision];
  return (
    <div className="verdict">
      <span className={`badge ${verdict.decision}`}>
        <span aria-hidden="true">{sign}</span> {words}
      </span>
      <span className="dim">
        {count(verdict.pairs)} {verdict.pairs === 1 ? "pair" : "pairs"}
      </span>
      <p>{verdict.reason}</p>
    </div>
  );
}

const STATES: Readonly<Record<Criterion["state"], string>> = {
  pass: "✓ within",
  fail: "✕ beyond",
  open: "… open",
  off: "not asked",
};

/** How each criterion stands, in a line. */
export function CriteriaStates({ criteria }: { readonly criteria: readonly Criterion[] }): ReactNode {
  return (
    <ul className="states" aria-label="Criteria">
      {criteria.map(({ name, state }) => (
        <li key={name}>
          {name} <span className={`state ${state}`}>{STATES[state]}</span>
        </li>
      ))}
    </ul>
  );
}

const COLUMNS = [
  { name: "criterion" },
  { name: "so far", number: true },
  { name: "bounds at any time", number: true },
  { name: "margin", number: true },
  { name: "against the margin" },
  { name: "state" },
  { name: "more pairs", number: true },
];

/** Each criterion in figures, and below what its bound hangs on. */
export function CriteriaTable({ criteria }: { readonly criteria: readonly Criterion[] }): ReactNode {
  return (
    <>
      <DataTable
        label="Criteria"
        columns={COLUMNS}
        rows={criteria.map((criterion) => ({ key: criterion.name, name: criterion.name, cells: cellsOf(criterion) }))}
      />
      {criteria.map(
        ({ name, note }) =>
          note !== null && (
            <p className="dim note" key={name}>
              {name} {note}
            </p>
          ),
      )}
    </>
  );
}

function cellsOf(criterion: Criterion) {
  const { estimate, low, high, margin, unit, state, pairs_needed } = criterion;
  const show = unit === "points" ? points : times;
  return [
    { content: show(estimate) },
    { content: low === null && high === null ? "not yet" : `${show(low)} to ${show(high)}` },
    { content: show(margin) },
    { content: <Bounds criterion={criterion} /> },
    { content: STATES[state], className: `state ${state}` },
    { content: pairs_needed === null ? "cannot be told" : pairs_needed === 0 ? "–" : `about ${count(pairs_needed)}` },
  ];
}
