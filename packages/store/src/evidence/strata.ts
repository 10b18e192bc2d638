import type { Stratum } from "@understudy/evaluation";

import type { SqlPool } from "../database/database.ts";

interface Row {
  readonly kind: string;
  readonly reason: string;
  readonly stratum: string;
  readonly count: number | string;
}

/** The account by kind of request: `size=under 1 KB;stream=no` counts for the size and for the stream. */
export async function readStrata(pool: SqlPool, experiment: string): Promise<readonly Stratum[]> {
  const { rows } = await pool.query<Row>(
    `SELECT kind, reason, stratum, count FROM understudy.ledger
     WHERE experiment = $1 AND stratum <> '' AND (kind <> 'skipped' OR reason = 'not_sampled')`,
    [experiment],
  );
  const parts = rows.flatMap(({ stratum, ...row }) => stratum.split(";").map((kind) => ({ ...row, part: kind })));
  return [...Map.groupBy(parts, ({ part }) => part)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([part, members]) => {
      const [by = "", name = ""] = part.split("=");
      const of = (kind: string): number =>
        members.filter((member) => member.kind === kind).reduce((sum, { count }) => sum + Number(count), 0);
      return { by, name, admitted: of("admitted"), not_sampled: of("skipped"), dropped: of("dropped") };
    });
}
