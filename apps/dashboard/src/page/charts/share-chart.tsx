import type { ReactNode } from "react";
import { day } from "../frame/moments.ts";
import type { Pin, SharePicture, ShareStep } from "./share-picture.ts";

interface ShareChartProps {
  readonly picture: SharePicture;
  /** Stages, per cent: the lines of the y axis. */
  readonly stages: readonly number[];
}

const TOP = 0.1;
const BOTTOM = 0.96;

/** The share as a step line on a true time axis, solid until now and dashed for the plan. */
export function ShareChart({ picture, stages }: ShareChartProps): ReactNode {
  const { from, to, now, planned, pins, ticks } = picture;
  const x = (at: number): number => (100 * (at - from)) / (to - from);
  const y = (share: number): number => 100 * (BOTTOM - (BOTTOM - TOP) * (share / 100));
  return (
    <figure className="share">
      <div className="plot" role="img" aria-label={sentenceOf(picture)}>
        <ShareLines picture={picture} stages={stages} x={x} y={y} />
        {apartStages(stages).map((share) => (
          <span key={share} className="share-value" style={{ top: `${y(share)}%` }}>
            {share}%
          </span>
        ))}
        {pins.map((pin) => (
          <PinMark key={`${pin.kind} ${pin.at}`} pin={pin} left={x(pin.at)} top={y(pin.share)} />
        ))}
        <span className="line-name now-name" style={{ left: `${x(now)}%` }}>
          now
        </span>
        {planned[0] !== undefined && (
          <span
            className="line-name"
            style={{ left: `${x(planned[0].at)}%`, top: `calc(${y(planned[0].share)}% - 20px)` }}
          >
            {planned[0].share}%, planned
          </span>
        )}
      </div>
      <div className="x-axis" aria-hidden="true">
        {ticks
          .filter(({ at }) => x(at) > 2 && x(at) < 97)
          .map(({ at, label }, index) => (
            <span key={at} className={index % 2 === 1 ? "tick spare" : "tick"} style={{ left: `${x(at)}%` }}>
              {label}
            </span>
          ))}
      </div>
    </figure>
  );
}

interface ShareLinesProps extends ShareChartProps {
  readonly x: (at: number) => number;
  readonly y: (share: number) => number;
}

function ShareLines({ picture, stages, x, y }: ShareLinesProps): ReactNode {
  const { from, to, now, steps, planned, held } = picture;
  const last = steps.at(-1) ?? { at: now, share: 0 };
  const line = stepPath([{ at: from, share: 0 }, ...steps, { at: now, share: last.share }], x, y);
  const plan = stepPath(
    [{ at: now, share: last.share }, ...planned, { at: to, share: planned.at(-1)?.share ?? last.share }],
    x,
    y,
  );
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {held.map((time) => (
        <rect
          key={time.from}
          className="paused"
          x={x(time.from)}
          width={Math.max(0.3, x(time.to) - x(time.from))}
          height="100"
        />
      ))}
      {stages.map((share) => (
        <path key={share} className="grid" d={`M0 ${y(share)}H100`} />
      ))}
      <path className="area" d={`${line}V${y(0)}H${x(from)}Z`} />
      <path className="line" d={line} />
      {planned.length > 0 && <path className="plan" d={plan} />}
      <path className="now" d={`M${x(now)} 0V100`} />
    </svg>
  );
}

const MARKS = { stage: "", held: "‖", back: "✕" } as const;

function PinMark({ pin, left, top }: { readonly pin: Pin; readonly left: number; readonly top: number }): ReactNode {
  return (
    <span className={`pin ${pin.kind}`} style={{ left: `${left}%`, top: `${top}%` }}>
      {MARKS[pin.kind]}
    </span>
  );
}

/** Names on the y axis that would touch the one above are left out. */
function apartStages(stages: readonly number[]): readonly number[] {
  return stages.filter((share, index) => share - (stages[index - 1] ?? -10) >= 10);
}

function stepPath(steps: readonly ShareStep[], x: (at: number) => number, y: (share: number) => number): string {
  return steps
    .map(
      ({ at, share }, index) =>
        `${index === 0 ? "M" : "H"}${x(at).toFixed(2)}${index === 0 ? " " : "V"}${y(share).toFixed(2)}`,
    )
    .join("");
}

function sentenceOf({ steps, planned }: SharePicture): string {
  const was = steps.map(({ at, share }) => `${share}% since ${day(at)}`);
  const will = planned.map(({ at, share }) => `${share}% on ${day(at)}`);
  return `Share over time: ${was.join(", ")}${will.length === 0 ? "" : `; planned ${will.join(", ")}`}`;
}
