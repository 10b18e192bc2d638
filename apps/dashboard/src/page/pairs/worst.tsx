import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { DataTable } from "../frame/data-table.tsx";
import { count, ms, usd, words } from "../frame/format.ts";

/** The reasons for which the silent model failed, the most frequent first. */
export function Failures({ report }: { readonly report: Report }): ReactNode {
  const { failures } = report.errors;
  if (failures.length === 0) return null;
  return (
    <section className="card">
      <h2>Failures of the silent model</h2>
      <DataTable
        label="Failures of the silent model"
        columns={[{ name: "reason" }, { name: "pairs", number: true }, { name: "newest message" }]}
        rows={failures.map(({ kind, count: number, example }) => ({
          key: kind,
          name: words(kind),
          cells: [{ content: count(number) }, { content: example, className: "others" }],
        }))}
      />
    </section>
  );
}

export function Worst({ report }: { readonly report: Report }): ReactNode {
  const lists = Object.entries(report.worst).filter(([, pairs]) => pairs.length > 0);
  if (lists.length === 0) return null;
  return (
    <section className="card">
      <h2>Worst pairs</h2>
      <div className="lists">
        {lists.map(([measure, pairs]) => (
          <div key={measure}>
            <h3>{words(measure)}</h3>
            <ol>
              {pairs.map(({ id, value }) => (
                <li key={id}>
                  <Link href={`/pairs/${encodeURIComponent(id)}`}>{id.slice(0, 22)}…</Link>{" "}
                  <span className="dim">{worstValue(measure, value)}</span>
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}

function worstValue(measure: string, value: number): string {
  if (measure === "slower") return `+${ms(value)}`;
  if (measure === "dearer") return `+${usd(value)}`;
  return measure === "longer" ? `${value.toFixed(1)} × as long` : `likeness ${value.toFixed(2)}`;
}
