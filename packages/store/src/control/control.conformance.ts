import { type ExperimentSettings, NO_CONTROL, NO_SETTINGS } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import type { Bench } from "../database/conformance-bench.fixture.ts";
import { ControlConflictError, type NewRollout, UnknownControlError } from "./control-store.ts";

const KEY = { id: "a~b", primary: "a", silent: "b" };
const EVE = { who: "eve", reason: null };
const set = (settings: Partial<ExperimentSettings>): ExperimentSettings => ({ ...NO_SETTINGS, ...settings });

export function controlConforms(bench: Bench): void {
  const control = () => bench.store.control;
  const kinds = async (id = KEY.id) => (await control().events(id, { limit: 50 })).map(({ kind }) => kind);

  describe("what can be changed of experiments", () => {
    test("begins with the config, once, and what was changed since is not overwritten by it", async () => {
      expect(await control().read()).toEqual(NO_CONTROL);
      await Promise.all([1, 2, 3].map(() => control().begin([KEY])));
      const changed = await control().change(KEY.id, { sample_rate: 0.5, state: "paused" }, EVE);
      await control().begin([KEY, { id: "a~c", primary: "a", silent: "c" }]);
      const { experiments, version } = await control().read();
      expect(experiments).toEqual([
        { ...KEY, state: "paused", settings: set({ sample_rate: 0.5 }), named_by: "config", tell_when_decided: false },
        {
          id: "a~c",
          primary: "a",
          silent: "c",
          state: "running",
          settings: NO_SETTINGS,
          named_by: "config",
          tell_when_decided: false,
        },
      ]);
      expect(changed).toEqual(experiments[0]);
      expect([version, await control().version()]).toEqual([3, 3]);
    });

    test("is an event each: when, who, what it was and what it became, newest first", async () => {
      await control().begin([KEY]);
      bench.now += 1_000;
      const change = { sample_rate: 0.05, max_usd_per_day: 20, concurrency: 4, ends_at: bench.now + 9_000 };
      await control().change(KEY.id, change, { who: "eve", reason: "the month is dear" });
      await control().change(KEY.id, change, EVE);
      await control().change(KEY.id, { sample_rate: null }, EVE);
      const [reset, first, started, ...more] = await control().events(KEY.id, { limit: 50 });
      expect(more).toEqual([]);
      expect(started).toMatchObject({ kind: "started", who: "config.yaml", at: bench.now - 1_000, changes: {} });
      expect(first).toEqual({
        id: expect.stringMatching(/^evt_/),
        experiment: KEY.id,
        rollout: null,
        at: bench.now,
        who: "eve",
        kind: "changed",
        changes: {
          sample_rate: [null, 0.05],
          max_usd_per_day: [null, 20],
          concurrency: [null, 4],
          ends_at: [null, bench.now + 9_000],
        },
        reason: "the month is dear",
      });
      expect(reset?.changes).toEqual({ sample_rate: [0.05, null] });
      expect(await control().events(KEY.id, { limit: 1, before: reset?.id ?? "" })).toEqual([first]);
      expect(await control().version()).toBe(3);
    });

    test("leads from state to state, and says what is possible where it does not", async () => {
      await control().begin([KEY]);
      for (const state of ["paused", "running", "ended"] as const) await control().change(KEY.id, { state }, EVE);
      const pause = control().change(KEY.id, { state: "paused" }, EVE);
      await expect(pause).rejects.toThrow(
        new ControlConflictError(
          'a~b is ended, and nothing of it runs that could be paused. The state "running" lets it go on.',
        ),
      );
      await control().change(KEY.id, { state: "running" }, EVE);
      expect(await kinds()).toEqual(["resumed", "ended", "resumed", "paused", "started"]);
      await expect(control().change("a~z", {}, EVE)).rejects.toThrow(UnknownControlError);
    });

    test("ends by itself when its date is over, once, and goes on with another date", async () => {
      await control().begin([KEY, { id: "a~c", primary: "a", silent: "c" }]);
      await control().change(KEY.id, { ends_at: bench.now + 1_000 }, EVE);
      expect(await control().endOverdue()).toBe(0);
      bench.now += 1_000;
      const ended = await Promise.all([control().endOverdue(), control().endOverdue()]);
      expect(ended).toEqual(expect.arrayContaining([0, 1]));
      const [event] = await control().events(KEY.id, { limit: 1 });
      expect(event).toMatchObject({ kind: "ended", who: "guard", changes: { state: ["running", "ended"] } });
      const go = control().change(KEY.id, { state: "running" }, EVE);
      await expect(go).rejects.toThrow("its end date 1970-01-01T00:16:41.000Z is over");
      await control().change(KEY.id, { state: "running", ends_at: null }, EVE);
      expect((await control().read()).experiments.map(({ state }) => state)).toEqual(["running", "running"]);
    });

    test("somebody waits for its decision, until that is taken back", async () => {
      await control().begin([KEY]);
      expect(await control().change(KEY.id, { tell_when_decided: true }, EVE)).toMatchObject({
        tell_when_decided: true,
      });
      await control().change(KEY.id, { sample_rate: 0.5 }, EVE);
      expect((await control().read()).experiments).toMatchObject([
        { tell_when_decided: true, settings: { sample_rate: 0.5 } },
      ]);
      await control().change(KEY.id, { tell_when_decided: false }, EVE);
      expect((await control().read()).experiments).toMatchObject([{ tell_when_decided: false }]);
      const events = await control().events(KEY.id, { limit: 50 });
      expect(events.map(({ kind, changes }) => [kind, changes["tell_when_decided"]])).toEqual([
        ["changed", [true, false]],
        ["changed", undefined],
        ["changed", [false, true]],
        ["started", undefined],
      ]);
    });

    test("an added one is listed, is there once, and takes over what a config no longer names", async () => {
      const added = await control().add({ ...KEY, settings: set({ sample_rate: 0.2 }) }, EVE);
      expect(added).toEqual({
        ...KEY,
        state: "running",
        settings: set({ sample_rate: 0.2 }),
        named_by: "api",
        tell_when_decided: false,
      });
      expect(await bench.store.experiments.read(KEY.id)).toMatchObject(KEY);
      const again = control().add({ ...KEY, settings: NO_SETTINGS }, EVE);
      await expect(again).rejects.toThrow("a~b was added before, and is running.");
      const gone = { id: "a~c", primary: "a", silent: "c" };
      await control().begin([gone]);
      await control().change(gone.id, { state: "ended" }, EVE);
      await control().add({ ...gone, settings: NO_SETTINGS }, EVE);
      expect((await control().read()).experiments[1]).toMatchObject({
        ...gone,
        state: "running",
        named_by: "api",
        tell_when_decided: false,
      });
      expect(await kinds()).toEqual(["started"]);
    });

    test("is told to those who listen, and who only looks sees a new version", async () => {
      let told = Promise.withResolvers<void>();
      const end = await control().listen(
        () => told.resolve(),
        () => undefined,
      );
      await control().begin([KEY]);
      await told.promise;
      told = Promise.withResolvers<void>();
      const event = {
        experiment: KEY.id,
        rollout: null,
        who: "guard",
        kind: "verdict",
        changes: {},
        reason: "promote",
      } as const;
      expect(await control().addEvent(event)).toMatchObject({ ...event, at: bench.now });
      await told.promise;
      expect(await control().version()).toBe(2);
      end();
      end();
    });
  });
}

const PLAN: NewRollout = {
  experiment: KEY.id,
  primary: "a",
  silent: "b",
  stages: [5, 50, 100],
  sticky: "session",
  hold: { pairs: 200, hours: 24 },
  automatic: true,
  fallback: true,
  watch_ms: 1_000,
  forced: false,
  baseline: { error_rate: 0.01, first_token_p95_ms: null },
  facts: { counts: { pairs: 7 } },
};

export function rolloutsConform(bench: Bench): void {
  const control = () => bench.store.control;
  const stateNow = async () => (await control().read()).experiments[0]?.state;
  const started = async () => {
    await control().begin([KEY]);
    return control().startRollout(PLAN, { who: "eve", reason: "the verdict" });
  };

  describe("a rollout", () => {
    test("begins at its first stage, whatever its experiment did, and no date ends that", async () => {
      await control().begin([KEY]);
      await control().change(KEY.id, { ends_at: bench.now + 5, state: "paused" }, EVE);
      const rollout = await control().startRollout(PLAN, { who: "eve", reason: "the verdict" });
      const { facts, ...plan } = PLAN;
      expect(rollout).toEqual({
        ...plan,
        id: expect.stringMatching(/^rol_/),
        state: "running",
        stage: 0,
        started_at: bench.now,
        stage_at: bench.now,
        ended_at: null,
        reason: "the verdict",
      });
      const { experiments, rollouts } = await control().read();
      expect(rollouts).toEqual([rollout]);
      expect(experiments[0]).toMatchObject({ state: "running", settings: { ends_at: null } });
      const [event] = await control().events(KEY.id, { limit: 1 });
      expect(event).toMatchObject({ kind: "rollout_started", rollout: rollout.id, changes: { share: [0, 5] } });
      await control().keepFacts(rollout.id, { guards: [1] });
      expect(await control().facts(rollout.id)).toEqual({ ...facts, guards: [1] });
      const places = await Promise.all([1, 2, 3].map(() => control().takePlace(rollout.id)));
      expect(new Set(places)).toEqual(new Set([1, 2, 3]));
      expect(await control().facts(rollout.id)).toMatchObject({ ...facts, guards: [1] });
      expect(await control().takePlace("rol_none")).toBeNull();
      for (const change of [{ state: "ended" }, { ends_at: 5 }] as const)
        await expect(control().change(KEY.id, change, EVE)).rejects.toThrow(
          `POST /api/rollouts/${rollout.id}/rollback`,
        );
      expect(await control().change(KEY.id, { sample_rate: 1 }, EVE)).toMatchObject({ settings: { sample_rate: 1 } });
    });

    test("moves from where it is expected, once, stage by stage until its experiment is promoted", async () => {
      const { id } = await started();
      const at = (state: "running" | "watching", stage: number) => ({ state, stage });
      const both = await Promise.all([1, 2].map(() => control().moveRollout(id, at("running", 0), { stage: 1 }, EVE)));
      expect(both.map((rollout) => rollout?.stage)).toEqual(expect.arrayContaining([1, undefined]));
      await expect(control().moveRollout(id, at("running", 1), { state: "watching" }, EVE)).rejects.toThrow(
        `The rollout ${id} is running at 50 %: the candidate does not answer all requests yet. It can be sent now: ` +
          `POST /api/rollouts/${id}/advance | pause | rollback.`,
      );
      await control().moveRollout(id, at("running", 1), { state: "held" }, EVE);
      await control().moveRollout(id, { state: "held", stage: 1 }, { state: "running", stage: 2 }, EVE);
      expect(await stateNow()).toBe("running");
      bench.now += 500;
      expect(await control().moveRollout(id, at("running", 2), { state: "watching" }, EVE)).toMatchObject({
        stage_at: bench.now,
        ended_at: null,
      });
      await control().moveRollout(id, at("watching", 2), { state: "done" }, EVE);
      expect(await control().rollout(id)).toMatchObject({ state: "done", stage_at: bench.now, ended_at: bench.now });
      expect(await stateNow()).toBe("promoted");
      const kinds = (await control().events(KEY.id, { limit: 6 })).map(({ kind }) => kind);
      expect(kinds).toEqual(["changed", "promoted", "advanced", "held", "advanced", "rollout_started"]);
    });

    test("that was rolled back never moves, whatever is tried, and a new one begins anew", async () => {
      const { id } = await started();
      await control().moveRollout(id, { state: "running", stage: 0 }, { stage: 1 }, EVE);
      const at = bench.now - 40;
      await control().rollBack(id, { who: "guard", reason: "it fails", at });
      await control().rollBack(id, EVE);
      expect(await control().moveRollout(id, { state: "rolled_back", stage: 1 }, { state: "running" }, EVE)).toBeNull();
      expect(await control().moveRollout(id, { state: "running", stage: 1 }, { stage: 2 }, EVE)).toBeNull();
      expect(await control().rollout(id)).toMatchObject({ state: "rolled_back", ended_at: at, reason: "it fails" });
      expect(await stateNow()).toBe("rolled_back");
      const [event] = await control().events(KEY.id, { limit: 1 });
      const changes = { rollout: ["running", "rolled_back"], share: [50, 0], state: ["running", "rolled_back"] };
      expect(event).toMatchObject({ kind: "rolled_back", who: "guard", at, changes });
      bench.now += 1;
      const again = await control().startRollout(PLAN, EVE);
      expect((await control().read()).rollouts).toEqual([again]);
      expect((await control().rollouts(5)).map((rollout) => rollout.id)).toEqual([again.id, id]);
      expect(await control().rollBack("rol_none", EVE)).toBeNull();
    });

    test("is alone with its groups, and chains of them are none", async () => {
      const { id } = await started();
      const named = [
        { id: "a~c", primary: "a", silent: "c" },
        { id: "c~a", primary: "c", silent: "a" },
        { id: "b~c", primary: "b", silent: "c" },
        { id: "c~b", primary: "c", silent: "b" },
      ];
      await control().begin(named);
      const starts = await Promise.allSettled(
        named.map(({ id: experiment, ...groups }) => control().startRollout({ ...PLAN, experiment, ...groups }, EVE)),
      );
      expect(starts.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "fulfilled"]);
      const [first] = starts;
      expect(first?.status === "rejected" ? String(first.reason) : "").toContain(
        `The rollout ${id} is running, and gives 5 % of a to b.`,
      );
      await expect(control().startRollout({ ...PLAN, experiment: "z~z", primary: "z" }, EVE)).rejects.toThrow(
        UnknownControlError,
      );
    });
  });
}
