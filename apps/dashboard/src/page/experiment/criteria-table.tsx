import type { Criterion, Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Bounds } from "./bounds.tsx";
import { DataTable } from "../frame/data-table.tsx";
import { percent, points, times, words } from "../frame/format.ts";
import { moreDays, moreText, restsOn, stateText } from "./verdict-words.ts";

const COLUMNS = [
  { name: "criterion" },
  { name: "so far", number: true },
  { name: "bounds at any time", number: true },
  { name: "margin", number: true },
  { name: "against the margin" },
  { name: "state" },
  { name: "more pairs", number: true },
  { name: "rests on" },
];

/** Each criterion that is asked for in figures, and below what it hangs on, unless the verdict's reason says it. */
export function CriteriaTable({ verdict }: { readonly verdict: Report["verdict"] }): ReactNode {
  const criteria = verdict.criteria.filter(({ state }) => state !== "off");
  return (
    <>
      <DataTable
        label="Criteria"
        columns={COLUMNS}
        rows={criteria.map((criterion) => ({
          key: criterion.name,
          name: words(criterion.name),
          cells: cellsOf(criterion),
        }))}
      />
      {criteria.map(
        ({ name, note }) =>
          note !== null &&
          !verdict.reason.includes(note) && (
            <p className="dim note" key={name}>
              {words(name)} {note}
            </p>
          ),
      )}
      {moreDays(verdict.days_needed) !== null && <p className="dim note">{moreDays(verdict.days_needed)}</p>}
      {verdict.kept !== null && <p className="dim note">{verdict.kept.reason}</p>}
    </>
  );
}

function cellsOf(criterion: Criterion) {
  const { estimate, pair_estimate, low, high, margin, unit, state, asymptotic } = criterion;
  const show = { points, share: percent, ratio: times }[unit];
  const noBounds = state === "open" ? "not yet" : "–";
  return [
    {
      content: (
        <span>
          {show(estimate)}
          {pair_estimate !== null && <small className="under">over pairs {show(pair_estimate)}</small>}
        </span>
      ),
    },
    {
      content: (
        <span>
          {low === null && high === null ? noBounds : `${show(low)} to ${show(high)}`}
          {asymptotic !== null && (
            <small className="under">
              asymptotic, decides nothing: {show(asymptotic.low)} to {show(asymptotic.high)}
            </small>
          )}
        </span>
      ),
    },
    { content: show(margin) },
    { content: <Bounds criterion={criterion} /> },
    { content: stateText(criterion), className: `state ${state}` },
    { content: moreText(criterion) },
    { content: restsOn(criterion) },
  ];
}
