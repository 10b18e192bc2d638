import type { Machine } from "./machine.ts";

/** A figure of a table; text stands left, numbers right, `null` is nothing to say. */
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** What a program found out: the rows of its tables, and how they came about. */
export interface Report {
  readonly program: string;
  readonly machine: Machine;
  /** How it was measured: the load generator, versions, counts. */
  readonly setup: Readonly<Record<string, Cell>>;
  readonly rows: readonly Row[];
}

/** Rows as aligned text, the names of the first row's fields above. */
export function table(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const texts = rows.map((row) => names.map((name) => textOf(row[name] ?? null)));
  const widths = names.map((name, column) =>
    Math.max(name.length, ...texts.map((cells) => cells[column]?.length ?? 0)),
  );
  const isNumeric = names.map((name) => rows.some((row) => typeof row[name] === "number"));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        isNumeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [line(names), ...texts.map(line)].join("\n");
}

/** Three digits that say something; whole numbers stay whole. */
function textOf(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "-";
  if (Math.abs(cell) >= 100 || Number.isInteger(cell)) return Math.round(cell).toLocaleString("en");
  return cell.toFixed(Math.abs(cell) >= 10 ? 1 : 2);
}

/** Prints to standard output, with a line break. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
