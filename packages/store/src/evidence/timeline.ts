import type { Evidence, TimelinePoint } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";

const SLICES = 60;

const SUMS = [
  "priced",
  "primary_cost",
  "silent_cost",
  "primary_squares",
  "silent_squares",
  "products",
  "listed",
  "primary_list",
  "silent_list",
  "counted",
  "primary_input",
  "primary_output",
  "silent_input",
  "silent_output",
] as const;

type Name =
  | (typeof SUMS)[number]
  | "primary_most"
  | "silent_most"
  | Exclude<keyof TimelinePoint, "from">
  | "slice"
  | "first"
  | "width";
type Row = Readonly<Partial<Record<Name, number | string | null>>>;

/**
 * Money and tokens, over the pairs in which both sides are known (the others have null in all of these columns), and
 * their course: equal slices of the time from the first pair to the last, without the empty ones. One pass gives both.
 */
export async function readTimeline(
  pool: SqlPool,
  experiment: string,
): Promise<Pick<Evidence, "cost" | "list_cost" | "tokens" | "timeline">> {
  const { rows } = await pool.query<{ first: number | string | null; width: number | string | null }>(
    `SELECT min(created_at) AS first, greatest(1, ceil((max(created_at) - min(created_at) + 1) / ${SLICES}.0)) AS width
     FROM understudy.figures WHERE experiment = $1`,
    [experiment],
  );
  const [first, width] = [Number(rows[0]?.first ?? 0), Number(rows[0]?.width ?? 1)];
  const slices = await readSlices(pool, experiment, { first, width });
  const sum = (name: (typeof SUMS)[number]): number => slices.reduce((total, row) => total + Number(row[name] ?? 0), 0);
  const most = (name: "primary_most" | "silent_most"): number =>
    Math.max(0, ...slices.map((row) => Number(row[name] ?? 0)));
  return {
    cost: {
      pairs: sum("priced"),
      primary: sum("primary_cost"),
      silent: sum("silent_cost"),
      primary_squares: sum("primary_squares"),
      silent_squares: sum("silent_squares"),
      products: sum("products"),
      primary_most: most("primary_most"),
      silent_most: most("silent_most"),
    },
    list_cost: { pairs: sum("listed"), primary: sum("primary_list"), silent: sum("silent_list") },
    tokens: {
      pairs: sum("counted"),
      primary_input: sum("primary_input"),
      primary_output: sum("primary_output"),
      silent_input: sum("silent_input"),
      silent_output: sum("silent_output"),
    },
    timeline: slices.map((row) => pointOf(row, first, width)),
  };
}

async function readSlices(
  pool: SqlPool,
  experiment: string,
  { first, width }: { readonly first: number; readonly width: number },
): Promise<readonly Row[]> {
  const { rows } = await pool.query<Row>(
    `SELECT (created_at - $2::bigint) / $3::bigint AS slice, count(*) AS pairs,
       sum((marks & 2)::int) AS primary_errors, sum((marks & 4)::int) AS silent_errors,
       count(*) FILTER (WHERE comparable) AS comparable,
       count(*) FILTER (WHERE comparable AND NOT agrees) AS disagreed,
       avg(primary_ms) FILTER (WHERE both_ok) AS primary_ms, avg(silent_ms) FILTER (WHERE both_ok) AS silent_ms,
       count(primary_cost_usd) AS priced, sum(primary_cost_usd) AS primary_cost, sum(silent_cost_usd) AS silent_cost,
       sum(primary_cost_usd * primary_cost_usd) AS primary_squares,
       sum(silent_cost_usd * silent_cost_usd) AS silent_squares,
       sum(primary_cost_usd * silent_cost_usd) AS products,
       count(primary_list_cost_usd) AS listed, sum(primary_list_cost_usd) AS primary_list,
       sum(silent_list_cost_usd) AS silent_list,
       max(primary_cost_usd) AS primary_most, max(silent_cost_usd) AS silent_most,
       count(primary_input_tokens) AS counted, sum(primary_input_tokens) AS primary_input,
       sum(primary_output_tokens) AS primary_output, sum(silent_input_tokens) AS silent_input,
       sum(silent_output_tokens) AS silent_output
     FROM understudy.figures WHERE experiment = $1 GROUP BY 1 ORDER BY 1`,
    [experiment, first, width],
  );
  return rows;
}

function pointOf(row: Row, first: number, width: number): TimelinePoint {
  const number = (name: Name): number => Number(row[name] ?? 0);
  const mean = (value: number | string | null | undefined): number | null =>
    value === null || value === undefined ? null : Number(value);
  return {
    from: first + number("slice") * width,
    pairs: number("pairs"),
    // Bits 1 and 2 of the marks, which count 2 and 4.
    primary_errors: number("primary_errors") / 2,
    silent_errors: number("silent_errors") / 4,
    disagreed: number("disagreed"),
    comparable: number("comparable"),
    primary_ms: mean(row.primary_ms),
    silent_ms: mean(row.silent_ms),
    primary_cost_usd: number("primary_cost"),
    silent_cost_usd: number("silent_cost"),
  };
}
