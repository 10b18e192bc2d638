import type { ReactNode } from "react";

/** A figure's name (empty for what no test reads), its raw value, and how it is shown. */
export type ShownFigure = readonly [name: string, value: number | null, text: string];

export interface FigureRow {
  readonly name: string;
  readonly figures: readonly ShownFigure[];
}

interface FigureTableProps {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly FigureRow[];
}

export function FigureTable({ title, head, rows }: FigureTableProps): ReactNode {
  return (
    <section className="card scroll">
      <h2>{title}</h2>
      <table>
        <thead>
          <tr>
            {head.map((name, index) => (
              <th key={name} scope="col" className={index === 0 ? "" : `number ${name}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.figures.map(([name, value, text], index) => (
                <td
                  key={`${index} ${name}`}
                  className="number"
                  {...(name === "" ? {} : { "data-figure": name, "data-value": String(value) })}
                >
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
