import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ControlState, NO_CONTROL, NO_SETTINGS, type Rollout } from "@understudy/contracts";
import { silentLogger, systemClock } from "@understudy/runtime";
import { createManualClock, keepLines, type ManualClock } from "@understudy/runtime/fixture";
import {
  type ControlStore,
  createStore,
  type Database,
  openEmbedded,
  openPostgres,
  type Store,
} from "@understudy/store";
import { describeWith, startPostgres, stopAll, type TestPostgres } from "@understudy/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Control } from "./control.ts";
import { followControl, type FollowDeps } from "./follow-control.ts";

const KEY = { id: "a~b", primary: "a", silent: "b" };
const EVE = { who: "eve", reason: null };
const PLAN = {
  experiment: KEY.id,
  primary: "a",
  silent: "b",
  stages: [5, 100],
  sticky: "session",
  hold: { pairs: 200, hours: 24 },
  automatic: true,
  fallback: true,
  watch_ms: 1_000,
  forced: false,
  baseline: { error_rate: null, first_token_p95_ms: null },
  facts: {},
} as const;

/** A store that can be out of reach. */
interface Door {
  readonly store: ControlStore;
  shut: boolean;
}

function doorTo(store: ControlStore): Door {
  const door: Door = {
    shut: false,
    store: new Proxy(store, {
      get: (target, name: keyof ControlStore) => (door.shut ? () => Promise.reject(new Error("away")) : target[name]),
    }),
  };
  return door;
}

/** Resolves with the first state from now on that is as wanted. */
function until(control: Control, wanted: (state: ControlState) => boolean): Promise<ControlState> {
  return new Promise((resolve) => {
    const look = (state: ControlState): void => {
      if (wanted(state)) resolve(state);
    };
    control.changed(look);
    look(control.current());
  });
}

const rolloutIs = (state: Rollout["state"]) => (now: ControlState) => now.rollouts[0]?.state === state;

describe("a process that follows what is changed", () => {
  let database: Database;
  let store: Store;
  let folder = "";
  let clock: ManualClock;
  const running: Control[] = [];
  beforeAll(async () => {
    clock = createManualClock(1_000_000);
    database = await openEmbedded("memory");
    store = createStore(database, { clock });
    await store.migrate();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const tables = ["control", "experiment_control", "rollouts", "experiment_events"];
    await database.pool.query(tables.map((table) => `DELETE FROM understudy.${table}`).join("; "));
    folder = mkdtempSync(join(tmpdir(), "understudy-control-"));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((control) => stop(control)));
    rmSync(folder, { recursive: true });
  });
  const stop = (control: Control) => control.service.stop(new AbortController().signal);
  async function follow(more: Partial<FollowDeps> = {}): Promise<Control> {
    const disk = { folder, database: "one" };
    const control = followControl({ store: store.control, named: [KEY], disk, clock, logger: silentLogger, ...more });
    running.push(control);
    await control.service.start();
    return control;
  }

  test("begins with the config's experiments, and is told of what others change", async () => {
    const [one, other] = [await follow(), await follow()];
    expect(one.current()).toEqual(other.current());
    expect(one.current().experiments).toEqual([
      { ...KEY, state: "running", settings: NO_SETTINGS, named_by: "config", tell_when_decided: false },
    ]);
    const seen = until(one, ({ experiments }) => experiments[0]?.state === "paused");
    await store.control.change(KEY.id, { state: "paused" }, EVE);
    await seen;
  });

  test("looks each second where nobody tells it, and ends what is overdue", async () => {
    const deaf: ControlStore = { ...store.control, listen: () => Promise.reject(new Error("a pooler is in between")) };
    const control = await follow({ store: deaf });
    const paused = until(control, ({ experiments }) => experiments[0]?.state === "paused");
    await store.control.change(KEY.id, { state: "paused", ends_at: clock.now() + 1_500 }, EVE);
    await clock.advance(1_000);
    await paused;
    const ended = until(control, ({ experiments }) => experiments[0]?.state === "ended");
    await clock.advance(1_000);
    expect((await ended).version).toBe(3);
  });

  test("keeps what it knows while the database is away, and says once that it is", async () => {
    const door = doorTo(store.control);
    const { logger, lines } = keepLines();
    const control = await follow({ store: door.store, logger });
    const known = control.current();
    door.shut = true;
    await control.refresh();
    await control.refresh();
    expect(control.current()).toBe(known);
    expect(lines.map(({ message }) => message)).toEqual([
      "what can be changed while it runs cannot be read; what is known stands",
    ]);
    door.shut = false;
    await store.control.change(KEY.id, { state: "paused" }, EVE);
    await control.refresh();
    expect(control.current().experiments[0]?.state).toBe("paused");
  });

  test("starts without a database on what its disk has of that one, else on nothing", async () => {
    const before = await follow();
    await stop(before);
    const door = doorTo(store.control);
    door.shut = true;
    expect((await follow({ store: door.store })).current()).toEqual(before.current());
    const another = { folder, database: "two" };
    expect((await follow({ store: door.store, disk: another })).current()).toEqual(NO_CONTROL);
    for (const torn of ["", '{"version":1', '{"version":"x"}', "[".repeat(100_000)]) {
      const [place = ""] = readdirSync(folder);
      writeFileSync(join(folder, place, "state.json"), torn);
      expect((await follow({ store: door.store })).current()).toEqual(NO_CONTROL);
    }
  });

  test("rolls back at once without the database, remembers it over a restart, and has it recorded when it can", async () => {
    const door = doorTo(store.control);
    const first = await follow({ store: door.store });
    const { id } = await store.control.startRollout(PLAN, EVE);
    await until(first, rolloutIs("running"));
    door.shut = true;
    const at = clock.now();
    expect(first.rollBackHere("rol_none", "eve", null)).toBeNull();
    expect(first.rollBackHere(id, "guard", "it fails")).toMatchObject({ id, state: "rolled_back", reason: "it fails" });
    expect(first.current().experiments[0]?.state).toBe("rolled_back");
    await stop(first);

    const second = await follow({ store: door.store });
    expect(second.current().rollouts[0]).toMatchObject({ id, state: "rolled_back", ended_at: at });
    door.shut = false;
    // What it reads before the record would say that it runs.
    const states: string[] = [];
    second.changed(({ rollouts }) => states.push(rollouts[0]?.state ?? ""));
    await second.refresh();
    expect(await store.control.rollout(id)).toMatchObject({ state: "rolled_back", ended_at: at, reason: "it fails" });
    const [event] = await store.control.events(KEY.id, { limit: 1 });
    expect(event).toMatchObject({ kind: "rolled_back", who: "guard", at });
    expect(states).not.toContain("running");
    expect(filesIn(folder).filter((name) => name.startsWith("rollback"))).toEqual([]);
    expect(second.rollBackHere(id, "eve", "once more")).toMatchObject({ reason: "it fails" });
  });

  test("a rollback holds before anything is read or written, whatever becomes of those who are told", async () => {
    const control = await follow();
    const { id } = await store.control.startRollout(PLAN, EVE);
    await until(control, rolloutIs("running"));
    control.changed(() => {
      throw new Error("a listener of no use");
    });
    control.rollBackHere(id, "guard", "it fails");
    expect(control.current().rollouts[0]?.state).toBe("rolled_back");
    await control.refresh();
    expect(control.current().rollouts[0]?.state).toBe("rolled_back");
    expect((await store.control.rollout(id))?.state).toBe("rolled_back");
  });
});

function filesIn(folder: string): readonly string[] {
  const [place = ""] = readdirSync(folder);
  const names = readdirSync(join(folder, place));
  expect(JSON.parse(readFileSync(join(folder, place, "state.json"), "utf8"))).toMatchObject({ rollouts: [{}] });
  return names;
}

await describeWith({ postgres: true }, "a process that follows a PostgreSQL", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(stopAll);

  test("is told over its own connection, and listens again when that is lost", async () => {
    const { url } = await server.createDatabase();
    const [own, others] = [openPostgres(url), openPostgres(url)];
    const clock = { ...systemClock, every: () => () => undefined };
    const [store, elsewhere] = [own, others].map((database) => createStore(database, { clock }));
    if (store === undefined || elsewhere === undefined) throw new Error("unreachable");
    await store.migrate();
    const lost = Promise.withResolvers<void>();
    const logger = { ...silentLogger, debug: () => lost.resolve() };
    const control = followControl({ store: store.control, named: [KEY], disk: null, clock, logger });
    await control.service.start();
    const paused = until(control, ({ experiments }) => experiments[0]?.state === "paused");
    await elsewhere.control.change(KEY.id, { state: "paused" }, EVE);
    await paused;
    await others.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
    );
    await lost.promise;
    await control.refresh();
    const goesOn = until(control, ({ experiments }) => experiments[0]?.state === "running");
    await elsewhere.control.change(KEY.id, { state: "running" }, EVE);
    expect((await goesOn).version).toBe(3);
    await control.service.stop(new AbortController().signal);
    await Promise.all([own.close(), others.close()]);
  });
});
