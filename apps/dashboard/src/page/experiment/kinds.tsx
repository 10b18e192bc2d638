import type { Report } from "@understudy/evaluation";
import { type ReactNode, useState } from "react";
import { BoundGlyph } from "../figures/bound-glyph.tsx";
import { markOf } from "../figures/criterion-words.ts";
import { DataTable, type Row } from "../frame/data-table.tsx";
import { count, percent, points, words } from "../frame/format.ts";
import { KindCourses } from "./kind-courses.tsx";
import { boundsOfKind, type Kind } from "./kind-bounds.ts";
import { KIND_STATES, kindsInOrder, kindsText } from "./verdict-words.ts";

const COLUMNS = [
  { name: "kind" },
  { name: "traffic", number: true },
  { name: "pairs", number: true },
  { name: "worse so far", number: true },
  { name: "bounds at any time", number: true },
  { name: "margin", number: true },
  { name: "against the margin" },
  { name: "state" },
];

interface KindsProps {
  /** The experiment; null where its course is not kept. */
  readonly id: string | null;
  readonly kinds: Report["verdict"]["kinds"];
  /** Shown as a part of the page by itself: where a reject fails. */
  readonly open?: boolean;
}

/** Each kind of request by itself, what fails first; folded while nothing is wrong with any. */
export function Kinds({ id, kinds, open = false }: KindsProps): ReactNode {
  const failing = kinds.some(({ state }) => state === "failing");
  const [unfolded, setUnfolded] = useState(failing);
  if (kinds.length === 0) return null;
  if (open) {
    return (
      <section className="part" aria-labelledby="kinds">
        <header>
          <h2 id="kinds">Where it fails</h2>
          <span className="aside">{kindsText(kinds)}</span>
        </header>
        <KindTable kinds={kinds} />
        <KindCourses id={id} kinds={kinds} />
      </section>
    );
  }
  return (
    <details className="fold" open={unfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        <h2>Kinds of request</h2>
        <span className="quiet">{kindsText(kinds)}</span>
      </summary>
      <KindTable kinds={kinds} />
      {unfolded && <KindCourses id={id} kinds={kinds} />}
    </details>
  );
}

function KindTable({ kinds }: Pick<KindsProps, "kinds">): ReactNode {
  return (
    <>
      <DataTable label="Kinds of request" columns={COLUMNS} rows={kindsInOrder(kinds).map(rowOf)} />
      <p className="caption">
        A kind fails once it is shown to be beyond the margin of quality. A promote needs each kind shown by itself to
        lose less than 25 points; what is too rare is listed and not judged.
      </p>
    </>
  );
}

function rowOf(kind: Kind): Row {
  const { name, share, pairs, loss, state, low, high } = kind;
  const bounds = boundsOfKind(kind);
  const mark = markOf(bounds);
  return {
    key: name,
    name: words(name),
    cells: [
      { content: percent(share) },
      { content: count(pairs) },
      { content: points(loss) },
      { content: low === null && high === null ? "–" : `${points(low)} to ${points(high)}` },
      { content: state === "small" ? "–" : points(bounds.margin) },
      { content: <BoundGlyph kind={mark} unit="points" margin={bounds.margin} low={low} high={high} /> },
      { content: KIND_STATES[state], className: `state ${state}` },
    ],
  };
}
