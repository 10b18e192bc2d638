import type { ReactNode } from "react";

export interface Column {
  readonly name: string;
  /** Set to the right, digits below digits. */
  readonly number?: boolean;
  /** Whose figures they are. */
  readonly side?: "primary" | "silent";
}

export interface Cell {
  readonly content: ReactNode;
  readonly className?: string;
  /** What a test reads: the figure's name and its raw value. */
  readonly figure?: { readonly name: string; readonly value: number | null };
}

export interface Row {
  readonly key: string;
  /** Its first cell, which heads the row. */
  readonly name: ReactNode;
  readonly cells: readonly Cell[];
}

interface DataTableProps {
  /** What the table is of, for whoever does not see it. */
  readonly label: string;
  /** The first column is that of the rows' names. A row may have fewer cells. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/**
 * A table that becomes a list of cards where it has no room. The roles are written out, because a table that is laid out
 * otherwise loses them.
 */
export function DataTable({ label, columns, rows }: DataTableProps): ReactNode {
  return (
    <table role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.name} scope="col" role="columnheader" className={classOf(column)}>
              {column.name === "" ? <span className="unseen">figure</span> : column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.key} role="row">
            <th scope="row" role="rowheader">
              {row.name}
            </th>
            {columns.slice(1).map((column, index) => (
              <DataCell key={column.name} cell={row.cells[index] ?? NOTHING} column={column} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const NOTHING: Cell = { content: null };

function DataCell({ cell, column }: { readonly cell: Cell; readonly column: Column }): ReactNode {
  const { content, className = "", figure } = cell;
  const data = figure === undefined ? {} : { "data-figure": figure.name, "data-value": String(figure.value) };
  const number = column.number === true ? "number" : "";
  return (
    <td role="cell" data-label={column.name} className={`${number} ${className}`.trim()} {...data}>
      {content}
    </td>
  );
}

function classOf({ number = false, side }: Column): string {
  return `${number ? "number" : ""} ${side ?? ""}`.trim();
}
