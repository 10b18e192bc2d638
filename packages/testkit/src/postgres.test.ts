import { Client } from "pg";
import { afterAll, expect, test } from "vitest";

import { available } from "./available.ts";
import { stopAll } from "./closing.ts";
import { describeWith } from "./describe-with.ts";
import { databasesOn, startPostgres, type TestPostgres } from "./postgres.ts";
import { postgresPrograms, startPostgresContainer, startPrivatePostgres } from "./postgres-server.ts";

afterAll(stopAll);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What one database knows of a table that was made in another. Both are gone afterwards. */
async function seenFromAnotherDatabase(server: TestPostgres): Promise<unknown[]> {
  const [first, second] = await Promise.all([server.createDatabase(), server.createDatabase()]);
  await query(first.url, "CREATE TABLE note (word text)");
  const seen = await query(second.url, "SELECT to_regclass('note') AS note");
  await first.drop();
  await expect(query(first.url, "SELECT 1")).rejects.toThrow("does not exist");
  await server.stop();
  await expect(query(second.url, "SELECT 1")).rejects.toThrow(/does not exist|ECONNREFUSED/);
  return seen;
}

await describeWith({ postgres: true }, "PostgreSQL for tests", () => {
  test("gives each test file a database of its own", async () => {
    expect(await seenFromAnotherDatabase(await startPostgres())).toEqual([{ note: null }]);
  });

  test.skipIf(postgresPrograms() === null)("runs a private cluster", async () => {
    const server = await startPrivatePostgres();
    if (server === null) throw new Error("there are programs and there is no server");
    expect(await seenFromAnotherDatabase(databasesOn(server))).toEqual([{ note: null }]);
  });

  test.skipIf(postgresPrograms() === null)("keeps what was committed over a crash of a private cluster", async () => {
    const server = await startPrivatePostgres();
    if (server === null) throw new Error("there are programs and there is no server");
    await query(server.url, "CREATE TABLE note AS SELECT 'kept' AS word");
    await server.kill();
    await expect(query(server.url, "SELECT word FROM note")).rejects.toThrow("ECONNREFUSED");
    await server.restart();
    expect(await query(server.url, "SELECT word FROM note")).toEqual([{ word: "kept" }]);
    await server.stop();
  });
});

await describeWith({ docker: true }, "PostgreSQL in a container", () => {
  test("gives each test file a database of its own", async () => {
    expect(await seenFromAnotherDatabase(databasesOn(await startPostgresContainer()))).toEqual([{ note: null }]);
  });
});

test("what is missing has a reason, and nothing else has", async () => {
  const services = await available();
  for (const name of ["redis", "postgres", "docker"] as const) {
    expect(services.reasons[name] === undefined).toBe(services[name]);
  }
});
