import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import type { Database, SqlClient, SqlNotification } from "./database.ts";
import { inTransaction } from "./database.ts";
import { openEmbedded } from "./open-embedded.ts";

// Making a database takes seconds: one serves all tests, emptied before each.
let database: Database;
beforeAll(async () => {
  database = await openEmbedded("memory");
});
beforeEach(async () => {
  await database.pool.query(
    "DROP SCHEMA IF EXISTS note CASCADE; CREATE SCHEMA note; CREATE TABLE note.word (word text PRIMARY KEY)",
  );
});
afterAll(() => database.close());

async function words(): Promise<string[]> {
  const { rows } = await database.pool.query<{ word: string }>("SELECT word FROM note.word ORDER BY word");
  return rows.map((row) => row.word);
}

function add(client: SqlClient | Database["pool"], word: string): Promise<unknown> {
  return client.query("INSERT INTO note.word VALUES ($1)", [word]);
}

function addUnlessOdd(number: number): Promise<unknown> {
  return inTransaction(database.pool, async (client) => {
    await add(client, `word-${number}`);
    if (number % 2 === 1) throw new Error("odd");
  });
}

/** Resolves with the next `count` notifications. */
function notifications(client: SqlClient, count: number): Promise<SqlNotification[]> {
  const seen: SqlNotification[] = [];
  return new Promise((resolve) => {
    client.on("notification", (message) => {
      if (seen.push(message) === count) resolve(seen);
    });
  });
}

test("nothing gets in between BEGIN and ROLLBACK of a client", async () => {
  const client = await database.pool.connect();
  await client.query("BEGIN");
  const outside = add(database.pool, "outside");
  await add(client, "inside");
  await client.query("ROLLBACK");
  client.release();
  await outside;
  expect(await words()).toEqual(["outside"]);
});

test("transactions at once each see their own work only", async () => {
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => addUnlessOdd(number)));
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(10);
  expect(await words()).toHaveLength(10);
});

test("a client released, or a statement alone, leaves no transaction open", async () => {
  const client = await database.pool.connect();
  await client.query("BEGIN");
  await add(client, "lost");
  client.release();
  await database.pool.query("BEGIN");
  await add(database.pool, "kept");
  expect(await words()).toEqual(["kept"]);
});

test("a failed statement inside a transaction keeps the turn until it is rolled back", async () => {
  const client = await database.pool.connect();
  await client.query("BEGIN");
  await expect(client.query("SELECT nothing")).rejects.toMatchObject({ code: "42703" });
  const outside = add(database.pool, "outside");
  await expect(add(client, "inside")).rejects.toMatchObject({ code: "25P02" });
  await client.query("ROLLBACK");
  client.release();
  await outside;
  expect(await words()).toEqual(["outside"]);
});

test("clients hear what they listen to, and no longer once they stopped", async () => {
  const [first, second] = await Promise.all([database.pool.connect(), database.pool.connect()]);
  await first.query("LISTEN news");
  await second.query('-- the same channel\nLISTEN "news";');
  const heard = [notifications(first, 2), notifications(second, 1)];
  await database.pool.query("SELECT pg_notify('news', 'one')");
  expect(await heard[1]).toEqual([{ channel: "news", payload: "one" }]);
  second.release();
  await database.pool.query("SELECT pg_notify('news', 'two')");
  expect((await heard[0])?.map((message) => message.payload)).toEqual(["one", "two"]);

  await first.query("UNLISTEN *");
  const { rows } = await database.pool.query("SELECT pg_listening_channels() AS channel");
  expect(rows).toEqual([]);
  first.release();
});

test("counts rows as a server does", async () => {
  const inserted = await database.pool.query("INSERT INTO note.word VALUES ('a'), ('b')");
  expect(inserted).toEqual({ rows: [], rowCount: 2 });
  expect(await database.pool.query("SELECT word FROM note.word WHERE word = $1", ["a"])).toEqual({
    rows: [{ word: "a" }],
    rowCount: 1,
  });
});

test("closing waits for what runs, rolls back what is open, and refuses what comes after", async () => {
  const own = await openEmbedded("memory");
  await own.pool.query("CREATE SCHEMA note; CREATE TABLE note.word (word text PRIMARY KEY)");
  const client = await own.pool.connect();
  await client.query("BEGIN");
  const running = add(client, "running");
  const closing = own.close();
  await running;
  await closing;
  await expect(client.query("SELECT 1")).rejects.toThrow("released");
  await expect(own.pool.connect()).rejects.toThrow("closed");
});
