import { systemClock } from "@understudy/runtime";
import { describeWith, startPostgres, stopAll, type TestPostgres } from "@understudy/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Database, SqlResult } from "./database.ts";
import { openPostgres } from "./open-postgres.ts";
import { createStore } from "../create-store.ts";
import { experiment, keepFigures, pairNumber } from "../pairs/pair.fixture.ts";
import { pairStoreConforms } from "../store.conformance.ts";

await describeWith({ postgres: true }, "the pair store on PostgreSQL", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(stopAll);

  const openFresh = async (): Promise<Database> => openPostgres((await server.createDatabase()).url);
  pairStoreConforms(openFresh);

  test("eight processes that start at once migrate once", async () => {
    const { url } = await server.createDatabase();
    const databases = Array.from({ length: 8 }, () => openPostgres(url));
    await Promise.all(databases.map((database) => createStore(database, { clock: systemClock }).migrate()));
    const applied = await databases[0]?.pool.query("SELECT name FROM understudy.migrations");
    const names = [
      "0001-pairs",
      "0002-figures",
      "0003-admissions",
      "0004-reviews",
      "0005-bodies",
      "0006-spend",
      "0007-replay",
      "0008-list-costs",
      "0009-sessions",
      "0010-units",
      "0011-words",
      "0012-deletions",
      "0013-own-checks",
      "0014-labels",
      "0015-rubrics",
      "0016-vectors",
      "0017-more-marks",
      "0018-control",
      "0018-excerpts",
      "0019-histories",
      "0020-callers",
      "0021-kind-histories",
      "0022-tell-when-decided",
      "0023-rollouts-of-pairs",
    ];
    expect(applied?.rows).toEqual(names.map((name) => ({ name })));
    await Promise.all(databases.map((database) => database.close()));
  });

  test("pairs from before there were figures have them after an upgrade", async () => {
    const database = await openFresh();
    const store = createStore(database, { clock: systemClock });
    await store.migrate();
    await store.pairs.save(pairNumber(1), experiment, keepFigures);
    await database.pool.query("DELETE FROM understudy.figures");
    const columns = [
      "admitted_at",
      "conversation",
      "finer",
      "standing",
      "answer_kind",
      "kinds",
      "differs",
      "checks",
      "errors",
      "judge",
      "own_set",
      "own_high",
      "own_low",
      "own_told",
      "rank_correlation",
      "same_nearest",
      "more_marks",
    ];
    await database.pool.query(`ALTER TABLE understudy.figures ${columns.map((name) => `DROP ${name}`).join(", ")}`);
    await database.pool.query("ALTER TABLE understudy.pairs DROP own_checks");
    for (const table of ["unit_progress", "conversations", "services", "unit_shapes", "unit_blocks"])
      await database.pool.query(`DROP TABLE understudy.${table}`);
    const again = ["0010-units", "0013-own-checks", "0016-vectors", "0017-more-marks"];
    await database.pool.query("DELETE FROM understudy.migrations WHERE name = ANY($1)", [again]);
    await store.migrate();
    expect(await store.experiments.evidence(experiment.id)).toMatchObject({ pairs: 1, comparable: 1 });
    await database.close();
  });

  test("the queue's pool finds unqualified names in the schema bullmq, options in the URL or not", async () => {
    const { url } = await server.createDatabase();
    for (const given of [url, `${url}?options=-c%20geqo%3Doff`]) {
      const database = openPostgres(given);
      const { rows } = await database.queuePool.query("SELECT current_setting('search_path') AS path");
      expect(rows).toEqual([{ path: "bullmq" }]);
      await database.close();
    }
  });

  test("an idle connection that is lost is told, and replaced", async () => {
    const { url } = await server.createDatabase();
    const lost = Promise.withResolvers<Error>();
    const database = openPostgres(url, { onConnectionLost: lost.resolve });
    await endSession(url, await database.pool.query<Session>(SESSION));
    expect((await lost.promise).message).toMatch(/terminat/);
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  test("a connection that is lost in use fails the next statement, not the process", async () => {
    const { url } = await server.createDatabase();
    const database = openPostgres(url);
    const client = await database.pool.connect();
    const ended = new Promise<void>((resolve) => void client.on("end", resolve));
    await endSession(url, await client.query<Session>(SESSION));
    await ended;
    await expect(client.query("SELECT 1")).rejects.toThrow(/not queryable|terminat/);
    client.release(true);
    expect((await database.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await database.close();
  });
});

interface Session {
  readonly pid: number;
}
const SESSION = "SELECT pg_backend_pid() AS pid";

async function endSession(url: string, session: SqlResult<Session>): Promise<void> {
  const other = openPostgres(url);
  await other.pool.query("SELECT pg_terminate_backend($1)", [session.rows[0]?.pid]);
  await other.close();
}

test("a server that is not there is an error when it is first used", async () => {
  const database = openPostgres("postgres://postgres@127.0.0.1:1/none");
  await expect(createStore(database, { clock: systemClock }).ping()).rejects.toThrow("ECONNREFUSED");
  await database.close();
});
