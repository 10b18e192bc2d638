import type { CriterionState } from "@understudy/contracts";
import type { ReactNode } from "react";
import type { CriterionPicture, PicturePoint } from "./criterion-picture.ts";

interface CriterionLinesProps {
  readonly picture: CriterionPicture;
  readonly state: CriterionState;
}

/** Further out than any edge: a bound that is not there yet runs out of the picture. */
const OUT = 3;

/** Band, edges, margin, control and what was so far, stretched over the whole picture; nothing else. */
export function CriterionLines({ picture, state }: CriterionLinesProps): ReactNode {
  const { runs, margin, floor, decidedX, y } = picture;
  const place = (value: number | null, without: number): number => (value === null ? without : clamp(y(value)));
  const low = (point: PicturePoint): number => place(point.low, 1 + OUT);
  const high = (point: PicturePoint): number => place(point.high, -OUT);
  const [faceLow, faceHigh] = state === "fail" ? [" face", ""] : ["", " face"];
  return (
    <>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {margin !== null && <rect className="over" width="100" height={Math.max(0, 100 * y(margin))} />}
        {runs.map((run, index) => (
          <g key={`${index} ${run.length}`}>
            <path className="band" d={bandOf(bounded(run), low, high)} />
            <path className={`edge${faceLow}`} d={line(bounded(run), low)} />
            <path className={`edge${faceHigh}`} d={line(bounded(run), high)} />
            <path
              className="so-far"
              d={line(
                run.filter(({ estimate }) => estimate !== null),
                (point) => place(point.estimate, 0),
              )}
            />
          </g>
        ))}
        {floor !== null && <path className="floor" d={`M0 ${percent(y(floor))}H100`} />}
        {margin !== null && <path className="margin" d={`M0 ${percent(y(margin))}H100`} />}
      </svg>
      {decidedX !== null && margin !== null && (
        <i className="decided" style={{ left: `${percent(decidedX)}%`, top: `${percent(y(margin))}%` }} />
      )}
    </>
  );
}

type Place = (point: PicturePoint) => number;

/** A bet on the margin alone has no bounds: nothing lies between them. */
function bounded(run: readonly PicturePoint[]): readonly PicturePoint[] {
  return run.filter(({ low, high }) => low !== null || high !== null);
}

function bandOf(points: readonly PicturePoint[], low: Place, high: Place): string {
  if (points.length === 0) return "";
  return `${line(points, high)}${line(points.toReversed(), low).replace("M", "L")}Z`;
}

function line(points: readonly PicturePoint[], y: Place): string {
  return points.map((point, index) => `${index === 0 ? "M" : "L"}${percent(point.x)} ${percent(y(point))}`).join("");
}

function clamp(y: number): number {
  return Math.min(1 + OUT, Math.max(-OUT, y));
}

function percent(part: number): string {
  return (100 * part).toFixed(2);
}
