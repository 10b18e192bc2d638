import { createStore, openPostgres } from "@understudy/store";
import { systemClock as clock } from "@understudy/runtime";
import { describeWith, spawnProcess, startPostgres, stopAll } from "@understudy/testkit";
import { afterAll, expect, test } from "vitest";

afterAll(stopAll);

const migrate = (env: Readonly<Record<string, string>>) =>
  spawnProcess("node", ["apps/cli/src/main.ts", "migrate"], { env });

await describeWith({ postgres: true }, "understudy migrate", () => {
  test("brings an empty database up to date, again changes nothing, and two at once are one after the other", async () => {
    const { url } = await (await startPostgres()).createDatabase();
    const both = [migrate({ DATABASE_URL: url }), migrate({ DATABASE_URL: url })];
    for (const one of both) expect([await one.exit, one.stderr()]).toEqual([{ code: 0, signal: null }, ""]);
    expect((await migrate({ DATABASE_URL: url }).exit).code).toBe(0);
    const store = createStore(openPostgres(url, { onConnectionLost: () => undefined }), { clock });
    expect(await store.experiments.list()).toEqual([]);
    await store.close();
  });

  test("says what is wrong where it cannot", async () => {
    const unset = migrate({});
    expect((await unset.exit).code).toBe(1);
    expect(unset.stderr()).toMatch(/^not migrated: DATABASE_URL \(--database-url\) is not set/);
    const nobody = migrate({ DATABASE_URL: "postgres://nobody@127.0.0.1:9/none" });
    expect((await nobody.exit).code).toBe(1);
    expect(nobody.stderr()).toMatch(/^not migrated: .*ECONNREFUSED/);
  });
});
