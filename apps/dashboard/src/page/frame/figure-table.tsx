import type { ReactNode } from "react";
import { type Column, DataTable } from "./data-table.tsx";

/** A figure's name (empty for what no test reads), its raw value, and how it is shown. */
export type ShownFigure = readonly [name: string, value: number | null, text: string];

export interface FigureRow {
  readonly name: string;
  readonly figures: readonly ShownFigure[];
}

interface FigureTableProps {
  readonly title: string;
  /** Names of the columns after that of the rows' names. */
  readonly head: readonly string[];
  readonly rows: readonly FigureRow[];
  /** Whether the title stands over it; else whatever it is in names it. */
  readonly titled?: boolean;
}

/** Longer than any figure: a message, which may have to wrap. */
const LONG = 48;

/** A card of figures. */
export function FigureTable({ title, head, rows, titled = true }: FigureTableProps): ReactNode {
  return (
    <section className={titled ? "card" : ""}>
      {titled && <h2>{title}</h2>}
      <DataTable
        label={title}
        columns={[{ name: "figure" }, ...head.map(columnOf)]}
        rows={rows.map(({ name, figures }) => ({
          key: name,
          name,
          cells: figures.map(([figure, value, content]) => ({
            content,
            className: content.length > LONG ? "others" : "",
            ...(figure === "" ? {} : { figure: { name: figure, value } }),
          })),
        }))}
      />
    </section>
  );
}

function columnOf(name: string): Column {
  return name === "primary" || name === "silent" ? { name, number: true, side: name } : { name, number: true };
}
