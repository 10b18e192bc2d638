import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { DataTable } from "../frame/data-table.tsx";
import { count, percent, points, words } from "../frame/format.ts";
import { KIND_STATES, kindsInOrder, kindsText } from "./verdict-words.ts";

const COLUMNS = [
  { name: "kind" },
  { name: "share", number: true },
  { name: "conversations", number: true },
  { name: "loses", number: true },
  { name: "state" },
];

/** Each kind of request by itself; folded while nothing is wrong with any, or open. */
export function Kinds({ kinds }: { readonly kinds: Report["verdict"]["kinds"] }): ReactNode {
  if (kinds.length === 0) return null;
  return (
    <details className="card" open={kinds.some(({ state }) => state === "failing" || state === "open")}>
      <summary>
        Kinds of request <span className="dim">{kindsText(kinds)}</span>
      </summary>
      <DataTable
        label="Kinds of request"
        columns={COLUMNS}
        rows={kindsInOrder(kinds).map(({ name, share, conversations, loss, state }) => ({
          key: name,
          name: words(name),
          cells: [
            { content: percent(share) },
            { content: count(conversations) },
            { content: points(loss) },
            { content: KIND_STATES[state], className: `state ${state}` },
          ],
        }))}
      />
      <p className="dim note">
        A promote needs each kind shown by itself to lose less than 25 points; what is too rare is listed and not
        judged.
      </p>
    </details>
  );
}
