import type { CriterionOverview } from "@understudy/contracts";
import type { ReactNode } from "react";
import { BoundGlyph } from "./bound-glyph.tsx";
import {
  facing,
  figure,
  marginFigure,
  markOf,
  MARKS,
  sentenceOf,
  SHORT_UNITS,
  shownBounds,
  whyNone,
} from "./criterion-words.ts";
import type { ColumnName } from "./quality.ts";

interface CriterionCellProps {
  readonly column: ColumnName;
  readonly criterion: CriterionOverview | null;
  /** In two words, why there is no figure where there are no criteria at all. */
  readonly without: string;
}

/** A criterion in a row of the list: the picture, and under it the bound that decides. */
export function CriterionCell({ column, criterion, without }: CriterionCellProps): ReactNode {
  if (criterion === null) {
    return (
      <div className="crit g-none">
        <ColumnName column={column} />
        <BoundGlyph kind="none" unit="points" margin={null} low={null} high={null} />
        <span className="say" aria-hidden="true">
          <span className="mark">{MARKS.none}</span> {without}
        </span>
        <span className="unseen">{`${column}: ${without}`}</span>
      </div>
    );
  }
  const { unit, margin } = criterion;
  const { low, high } = shownBounds(criterion);
  const kind = markOf(criterion);
  return (
    <div className={`crit g-${kind}`}>
      <ColumnName column={column} />
      <BoundGlyph kind={kind} unit={unit} margin={margin} low={low} high={high} />
      <span className="say" aria-hidden="true">
        <span className="mark">{MARKS[kind]}</span> <Facing criterion={criterion} />
      </span>
      <span className="unseen">{sentenceOf(column, criterion)}</span>
    </div>
  );
}

function Facing({ criterion }: { readonly criterion: CriterionOverview }): ReactNode {
  const { unit, margin, state } = criterion;
  const bound = facing(criterion);
  if (markOf(criterion) === "none") return whyNone(state);
  if (bound === null) return "no bound yet";
  return (
    <>
      <b>
        {state === "fail" ? "≥" : "≤"} {figure(bound, unit)}
      </b>
      {margin !== null && (
        <span className="of">
          {" "}
          of {marginFigure(margin, unit)}
          <span className="unit">{SHORT_UNITS[unit]}</span>
        </span>
      )}
    </>
  );
}

/** Where the columns have no heads. */
function ColumnName({ column }: { readonly column: ColumnName }): ReactNode {
  return (
    <span className="of-column" aria-hidden="true">
      {column}
    </span>
  );
}
