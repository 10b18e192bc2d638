import type { Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { DataTable } from "../frame/data-table.tsx";
import { count, words } from "../frame/format.ts";

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
