import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { DataTable } from "../frame/data-table.tsx";
import { count, percent, points, words } from "../frame/format.ts";
import { KIND_STATES, kindsInOrder, kindsText } from "./verdict-words.ts";

const COLUMNS = [
  { name: "kind" },
  { name: "traffic", number: true },
  { name: "pairs", number: true },
  { name: "worse so far", number: true },
  { name: "state" },
];

interface KindsProps {
  readonly kinds: Report["verdict"]["kinds"];
  /** Shown as a part of the page by itself: where a reject fails. */
  readonly open?: boolean;
}

/** Each kind of request by itself, what fails first; folded while nothing is wrong with any. */
export function Kinds({ kinds, open = false }: KindsProps): ReactNode {
  if (kinds.length === 0) return null;
  const failing = kinds.filter(({ state }) => state === "failing").length;
  if (open) {
    return (
      <section className="part" aria-labelledby="kinds">
        <header>
          <h2 id="kinds">Where it fails</h2>
          <span className="aside">{kindsText(kinds)}</span>
        </header>
        <KindTable kinds={kinds} />
      </section>
    );
  }
  return (
    <details className="fold" open={failing > 0}>
      <summary>
        <h2>Kinds of request</h2>
        <span className="quiet">{kindsText(kinds)}</span>
      </summary>
      <KindTable kinds={kinds} />
    </details>
  );
}

function KindTable({ kinds }: Pick<KindsProps, "kinds">): ReactNode {
  return (
    <>
      <DataTable
        label="Kinds of request"
        columns={COLUMNS}
        rows={kindsInOrder(kinds).map(({ name, share, pairs, loss, state }) => ({
          key: name,
          name: words(name),
          cells: [
            { content: percent(share) },
            { content: count(pairs) },
            { content: points(loss) },
            { content: KIND_STATES[state], className: `state ${state}` },
          ],
        }))}
      />
      <p className="caption">
        A promote needs each kind shown by itself to lose less than 25 points; what is too rare is listed and not
        judged.
      </p>
    </>
  );
}
