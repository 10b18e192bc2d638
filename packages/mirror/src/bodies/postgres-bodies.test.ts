import { createManualClock } from "@understudy/runtime/fixture";
import { systemClock } from "@understudy/runtime";
import { createStore, type Database, openEmbedded, openPostgres } from "@understudy/store";
import { describeWith, startPostgres, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";
import { type BodiesBench, describeBodies, FAILED_KEPT } from "./bodies.conformance.ts";
import { createPostgresBodies } from "./postgres-bodies.ts";

afterAll(stopAll);

async function benchOn(database: Database): Promise<BodiesBench> {
  await createStore(database, { clock: systemClock }).migrate();
  const clock = createManualClock(1_760_000_000_000);
  const trouble = (error: unknown): never => {
    throw error as Error;
  };
  const bodies = createPostgresBodies({ pool: database.queuePool, clock, failedKept: FAILED_KEPT, trouble });
  return { bodies, pass: (ms) => clock.advance(ms), close: () => database.close() };
}

describeBodies("the embedded database", async () => benchOn(await openEmbedded("memory")));

await describeWith({ postgres: true }, "with a PostgreSQL server", () => {
  describeBodies("PostgreSQL", async () => {
    const server = await startPostgres();
    const { url } = await server.createDatabase();
    return benchOn(openPostgres(url));
  });
});

test("what has expired is deleted while others are put, with what was noted of it", async () => {
  const database = await openEmbedded("memory");
  const bench = await benchOn(database);
  const { bodies } = bench;
  for (const key of ["req_1", "req_2"]) {
    await bodies.put({ key, holder: "pair" }, Buffer.from("body"), 1_000);
    await bodies.keepFailed({ key, holder: "pair" }, "queue");
  }
  await bench.pass(61_000);
  await bodies.put({ key: "req_3", holder: "pair" }, Buffer.from("body"), 1_000);
  const count = async (table: string): Promise<unknown> =>
    (await database.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM understudy.${table}`)).rows[0];
  expect([await count("bodies"), await count("failed_bodies")]).toEqual([{ count: 1 }, { count: 0 }]);
  await database.close();
});
