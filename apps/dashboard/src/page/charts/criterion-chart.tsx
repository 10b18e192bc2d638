import type { BoundsHistory, BoundsNow } from "@understudy/contracts";
import type { ReactNode } from "react";
import { BoundGlyph } from "../figures/bound-glyph.tsx";
import { facing, facingWords, figure, marginFigure, markOf, MARKS, shownBounds } from "../figures/criterion-words.ts";
import { counted, percent } from "../frame/format.ts";
import { shortDay } from "../frame/moments.ts";
import { apart } from "./axis.ts";
import { type Across, type CriterionPicture, criterionPicture, type XTick } from "./criterion-picture.ts";
import { CriterionLines } from "./criterion-lines.tsx";

interface CriterionChartProps {
  readonly title: string;
  readonly criterion: BoundsNow<string>;
  /** Null: none was kept. */
  readonly history: BoundsHistory<string> | null;
  readonly across: Across;
}

const STATES = { holds: "holds", open: "open", beyond: "beyond", none: "cannot tell" } as const;

/** How a criterion's bounds narrowed towards its margin; the page says the same in words. */
export function CriterionChart({ title, criterion, history, across }: CriterionChartProps): ReactNode {
  const kind = markOf(criterion);
  const picture = history === null ? null : criterionPicture(history, across);
  const since = history?.decided === null || history === null ? null : shortDay(history.decided.at);
  const said = picture === null ? facingWords(criterion) : drawnWords(criterion, picture);
  return (
    <figure className={`chart g-${kind}`}>
      <figcaption>
        <span className="title">{title}</span>
        <span className="of-how-many">
          {counted(criterion.pairs, "pair")}, {counted(criterion.conversations, "conversation")}
        </span>
        <span className="stands">
          <b>
            {MARKS[kind]} {STATES[kind]}
          </b>
          {kind === "none" ? "" : `: ${said ?? "no bound yet"}`}
          {since !== null && <span className="quiet">, since {since}</span>}
        </span>
      </figcaption>
      {picture === null ? (
        <div className="without">
          <BoundGlyph kind={kind} unit={criterion.unit} margin={criterion.margin} {...shownBounds(criterion)} />
        </div>
      ) : (
        <Plot criterion={criterion} picture={picture} name={`${title}: ${pictureSentence(criterion, picture)}`} />
      )}
    </figure>
  );
}

/** Likeness in the figures that are drawn: how many answers differ, chance included. */
function drawnWords(criterion: BoundsNow<string>, { floor, low, high, margin }: CriterionPicture): string | null {
  const bound = facing({ low, high, margin, state: criterion.state });
  if (floor === null || bound === null) return facingWords(criterion);
  return `${criterion.state === "fail" ? "at least" : "at most"} ${percent(bound)} of answers differ`;
}

interface PlotProps {
  readonly criterion: BoundsNow<string>;
  readonly picture: CriterionPicture;
  readonly name: string;
}

function Plot({ criterion, picture, name }: PlotProps): ReactNode {
  return (
    <>
      <div className="plot" role="img" aria-label={name}>
        <div className="inside">
          <CriterionLines picture={picture} state={criterion.state} />
          <LineNames picture={picture} />
        </div>
        <Gutter criterion={criterion} picture={picture} />
      </div>
      <XAxis ticks={picture.ticks} />
    </>
  );
}

const HEIGHT = 156;
const LABEL = 19;

/** Names of the lines in the picture: over a line where there is room, else under it. */
function LineNames({ picture }: { readonly picture: CriterionPicture }): ReactNode {
  const top = (value: number, under: boolean) => ({
    top: `calc(${(100 * picture.y(value)).toFixed(1)}% ${under ? "+ 3px" : `- ${LABEL}px`})`,
  });
  const { margin, floor } = picture;
  return (
    <>
      {margin !== null && (
        <span className="line-name margin-name" style={top(margin, picture.y(margin) * HEIGHT < LABEL)}>
          margin
        </span>
      )}
      {floor !== null && (
        <span className="line-name floor-name" style={top(floor, picture.y(floor) * HEIGHT < HEIGHT - LABEL)}>
          control
        </span>
      )}
    </>
  );
}

const LEAST_APART = 13;

/** The y axis: the bounds now, the margin, the control; pushed apart where they would touch. */
function Gutter({ criterion, picture }: { readonly criterion: BoundsNow<string>; readonly picture: CriterionPicture }) {
  const { unit } = criterion;
  const { margin, floor, low, high, estimate, y } = picture;
  const isFail = criterion.state === "fail";
  const labels = [
    { className: "margin-value", value: margin },
    { className: isFail ? "facing-value" : "", value: low },
    { className: isFail ? "" : "facing-value", value: high },
    { className: "floor-value", value: floor },
    { className: "", value: low === null && high === null ? estimate : null },
  ].flatMap(({ className, value }) => (value === null || y(value) < 0 || y(value) > 1 ? [] : [{ className, value }]));
  const places = apart(
    labels.map(({ value }) => y(value) * HEIGHT),
    LEAST_APART,
    HEIGHT,
  );
  return labels.map(({ className, value }, index) => (
    <span key={`${className} ${value}`} className={`y-value ${className}`} style={{ top: `${places[index] ?? 0}px` }}>
      {figure(value, unit)}
    </span>
  ));
}

function XAxis({ ticks }: { readonly ticks: readonly XTick[] }): ReactNode {
  return (
    <div className="x-axis" aria-hidden="true">
      {ticks.map(({ x, label, end }) => (
        <span key={`${x} ${label}`} className={end ?? "tick"} style={{ left: `${(100 * x).toFixed(1)}%` }}>
          {label}
        </span>
      ))}
    </div>
  );
}

/** One sentence with bounds, margin, control and n. */
function pictureSentence(criterion: BoundsNow<string>, { margin, floor, low, high }: CriterionPicture): string {
  const { unit, pairs, conversations } = criterion;
  const after = unit === "ratio" ? "×" : floor === null ? " points" : "%";
  const bound = facing(criterion);
  const bounds =
    low !== null && high !== null
      ? `bounds from ${figure(low, unit)} to ${figure(high, unit)}${after}`
      : bound === null
        ? "no bounds yet"
        : `bound at ${figure(bound, unit)}${after}`;
  const parts = [
    `${bounds} after ${counted(pairs, "pair")}, ${counted(conversations, "conversation")}`,
    ...(margin === null ? [] : [`margin ${marginFigure(margin, unit)}${after}`]),
    ...(floor === null ? [] : [`control ${figure(floor, unit)}${after}`]),
  ];
  return parts.join("; ");
}
