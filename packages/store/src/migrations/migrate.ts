import type { Clock } from "@understudy/runtime";

import { inTransaction, type SqlClient, type SqlPool } from "../database/database.ts";
import { fillFigures } from "./fill-figures.ts";
import { fillWords } from "./fill-words.ts";
import { pairs } from "./0001-pairs.ts";
import { figures } from "./0002-figures.ts";
import { admissions } from "./0003-admissions.ts";
import { reviews } from "./0004-reviews.ts";
import { bodies } from "./0005-bodies.ts";
import { spend } from "./0006-spend.ts";
import { replay } from "./0007-replay.ts";
import { listCosts } from "./0008-list-costs.ts";
import { sessions } from "./0009-sessions.ts";
import { units } from "./0010-units.ts";
import { words } from "./0011-words.ts";
import { deletions } from "./0012-deletions.ts";
import { ownChecks } from "./0013-own-checks.ts";
import { labels } from "./0014-labels.ts";
import { rubrics } from "./0015-rubrics.ts";
import { vectors } from "./0016-vectors.ts";
import { moreMarks } from "./0017-more-marks.ts";
import { control } from "./0018-control.ts";
import { excerpts } from "./0018-excerpts.ts";
import { histories } from "./0019-histories.ts";
import { callers } from "./0020-callers.ts";
import { kindHistories } from "./0021-kind-histories.ts";
import { tellWhenDecided } from "./0022-tell-when-decided.ts";
import { rolloutsOfPairs } from "./0023-rollouts-of-pairs.ts";

/** In the order they are applied. A released one never changes: what comes later is added below it. */
const MIGRATIONS: readonly Migration[] = [
  { name: "0001-pairs", sql: pairs },
  { name: "0002-figures", sql: figures },
  { name: "0003-admissions", sql: admissions },
  { name: "0004-reviews", sql: reviews },
  { name: "0005-bodies", sql: bodies },
  { name: "0006-spend", sql: spend },
  { name: "0007-replay", sql: replay },
  { name: "0008-list-costs", sql: listCosts },
  { name: "0009-sessions", sql: sessions },
  { name: "0010-units", sql: units },
  { name: "0011-words", sql: words, fill: fillWords },
  { name: "0012-deletions", sql: deletions },
  { name: "0013-own-checks", sql: ownChecks },
  { name: "0014-labels", sql: labels },
  { name: "0015-rubrics", sql: rubrics },
  { name: "0016-vectors", sql: vectors },
  // Figures are made by today's rules, so a database from before there were any is filled once it has today's columns.
  { name: "0017-more-marks", sql: moreMarks, fill: fillFigures },
  { name: "0018-control", sql: control },
  { name: "0018-excerpts", sql: excerpts },
  { name: "0019-histories", sql: histories },
  { name: "0020-callers", sql: callers },
  { name: "0021-kind-histories", sql: kindHistories },
  { name: "0022-tell-when-decided", sql: tellWhenDecided },
  { name: "0023-rollouts-of-pairs", sql: rolloutsOfPairs },
];

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** What SQL alone cannot say. In the same transaction. */
  readonly fill?: (client: SqlClient) => Promise<void>;
}

// Any number will do, as long as nothing else in the database takes the same one.
const ADVISORY_LOCK = 1_970_171_507;

/** Applies what is missing, all or nothing. Of several processes that start at once, one does and the others wait. */
export async function migrate(pool: SqlPool, clock: Clock): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1::bigint)", [ADVISORY_LOCK]);
    await client.query("CREATE SCHEMA IF NOT EXISTS understudy");
    await client.query(
      "CREATE TABLE IF NOT EXISTS understudy.migrations (name text PRIMARY KEY, applied_at bigint NOT NULL)",
    );
    const applied = await namesOfApplied(client);
    for (const { name, sql, fill } of MIGRATIONS) {
      if (applied.has(name)) continue;
      await client.query(sql);
      await fill?.(client);
      await client.query("INSERT INTO understudy.migrations (name, applied_at) VALUES ($1, $2)", [name, clock.now()]);
    }
  });
}

async function namesOfApplied(client: SqlClient): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>("SELECT name FROM understudy.migrations");
  return new Set(rows.map((row) => row.name));
}
