import type { IncomingHttpHeaders } from "node:http";
import type { ExperimentEvent, ExperimentRun, Rollout } from "@understudy/contracts";
import { type Control, followControl } from "@understudy/control";
import { silentLogger, systemClock } from "@understudy/runtime";
import type { ControlStore, Store } from "@understudy/store";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "./fixtures/ask.fixture.ts";
import { type EmbeddedBench, openEmbeddedBench } from "./fixtures/embedded.fixture.ts";
import { modelEntry, type RunningGateway, startGateway } from "./fixtures/gateway.fixture.ts";

const KEY = "sk-test-master";
const NOWHERE = "http://127.0.0.1:9/v1";
const SETTINGS = {
  general_settings: { master_key: KEY },
  model_list: [
    modelEntry("main", "gpt-4o", NOWHERE, { silent_model: { model: "cheap", sample_rate: 0.25 } }),
    modelEntry("cheap", "gpt-4o-mini", NOWHERE),
    modelEntry("other", "gpt-4o-mini", NOWHERE),
  ],
};
const ONE = "/api/experiments/main~cheap";
let bench: EmbeddedBench;
let gateway: RunningGateway;
let control: Control;
/** Whether the database is out of reach for what can be changed. */
let away = false;

function behindDoor(store: Store): Store {
  const shut = (): Promise<never> => Promise.reject(new Error("away"));
  const parts = new Proxy(store.control, {
    get: (target, name: keyof ControlStore) => (away ? shut : target[name]),
  });
  return { ...store, control: parts };
}

beforeAll(async () => {
  bench = await openEmbeddedBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  away = false;
  const store = behindDoor(bench.store);
  const named = [{ id: "main~cheap", primary: "main", silent: "cheap" }];
  await bench.forget(["control", "experiment_control", "rollouts", "experiment_events", "experiments"]);
  control = followControl({ store: store.control, named, disk: null, clock: systemClock, logger: silentLogger });
  await control.service.start();
  gateway = await startGateway(SETTINGS, { queues: bench.queues, store, control });
});
afterEach(async () => {
  await gateway.stop();
  await control.service.stop(new AbortController().signal);
});

interface Answer<T> {
  readonly status: number;
  readonly json: T & { error?: { message: string; param: string | null; code: string } };
  readonly headers: IncomingHttpHeaders;
}

async function call<T = object>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const asked = body === undefined ? { method } : { method, body };
  const { status, json, headers } = await ask(gateway.url, path, {
    ...asked,
    headers: { authorization: `Bearer ${KEY}` },
  });
  return { status, json: json as Answer<T>["json"], headers };
}
const events = async (id = "main~cheap") =>
  (await call<{ data: ExperimentEvent[] }>("GET", `/api/experiments/${id}/events`)).json.data;

describe("PATCH /api/experiments/:id", () => {
  test("changes what it names, says what the configuration has beside it, and is told of as an event", async () => {
    const change = { sample_rate: 0.1, max_usd_per_day: 20, reason: "the month is dear" };
    const { status, json } = await call<ExperimentRun>("PATCH", ONE, change);
    expect(status).toBe(200);
    const configured = { sample_rate: 0.25, ends_at: null, max_usd_per_day: null, concurrency: 8 };
    expect(json).toEqual({
      id: "main~cheap",
      primary: "main",
      silent: "cheap",
      state: "running",
      settings: { ...configured, sample_rate: 0.1, max_usd_per_day: 20 },
      configured,
      changed: ["sample_rate", "max_usd_per_day"],
      tell_when_decided: false,
      rollout: null,
    });
    expect(await events()).toMatchObject([
      { who: "master_key", kind: "changed", changes: { sample_rate: [null, 0.1] }, reason: "the month is dear" },
      { who: "config.yaml", kind: "started" },
    ]);
    const reset = await call<ExperimentRun>("PATCH", ONE, { sample_rate: null });
    expect(reset.json).toMatchObject({ settings: { sample_rate: 0.25 }, changed: ["max_usd_per_day"] });
  });

  test("takes dates, ends at them, and says what may be done where it cannot", async () => {
    const at = systemClock.now() + 86_400_000;
    const { json } = await call<ExperimentRun>("PATCH", ONE, { ends_at: new Date(at).toISOString(), state: "paused" });
    expect(json).toMatchObject({ state: "paused", settings: { ends_at: at } });
    await call("PATCH", ONE, { state: "ended" });
    const paused = await call("PATCH", ONE, { state: "paused" });
    expect([paused.status, paused.json.error?.code]).toEqual([409, "wrong_state"]);
    expect(paused.json.error?.message).toContain('The state "running" lets it go on.');
  });

  test("has the webhook told once when it is decided, where there is one, and takes that back", async () => {
    const refusal = await call("PATCH", ONE, { tell_when_decided: true });
    expect([refusal.status, refusal.json.error?.code]).toEqual([409, "wrong_state"]);
    expect(refusal.json.error?.message).toContain("name a webhook under logging_settings");
    expect((await call("GET", "/api/webhook")).json).toEqual({ host: null, events: [] });

    await gateway.stop();
    const url = "https://hooks.example.com/services/T0/secret";
    const webhook = { url, secret: "sk-test-hook", events: ["budget_reached"] };
    const settings = { ...SETTINGS, logging_settings: { webhook } };
    gateway = await startGateway(settings, { queues: bench.queues, store: behindDoor(bench.store), control });
    const told = await call("GET", "/api/webhook");
    expect(told.json).toEqual({ host: "hooks.example.com", events: ["budget_reached"] });
    const asked = await call<ExperimentRun>("PATCH", ONE, { tell_when_decided: true, reason: "I am on leave" });
    expect(asked.json.tell_when_decided).toBe(true);
    const again = await call<ExperimentRun>("PATCH", ONE, { tell_when_decided: true });
    expect(again.json).toEqual(asked.json);
    const back = await call<ExperimentRun>("PATCH", ONE, { tell_when_decided: false });
    expect(back.json.tell_when_decided).toBe(false);
    expect(await events()).toMatchObject([
      { kind: "changed", changes: { tell_when_decided: [true, false] } },
      { kind: "changed", changes: { tell_when_decided: [false, true] }, reason: "I am on leave" },
      { kind: "started" },
    ]);
  });

  test.each([
    [{ sample_rate: 2 }, "sample_rate", "write a share from 0 to 1"],
    [{ ends_at: 5 }, "ends_at", "write a moment that is still to come"],
    [{ ends_at: "soon" }, "ends_at", "write a date such as"],
    [{ state: "promoted" }, "state", "write running, paused or ended"],
    [{ concurrency: 1.5 }, "concurrency", "a whole number"],
    [{ tell_when_decided: "me" }, "tell_when_decided", "write true to have the webhook told"],
    [{ samplerate: 1 }, "samplerate", "is not a key here; there is state, sample_rate"],
    [{ reason: " " }, "reason", "write a sentence"],
    ["[]", null, "must be a JSON object"],
    ["{", null, "is not JSON"],
  ])("refuses %j with the key and how to write it", async (body, param, fix) => {
    const { status, json } = await call("PATCH", ONE, body);
    expect([status, json.error?.param ?? null]).toEqual([400, param]);
    expect(json.error?.message).toContain(fix);
  });

  test("knows what nothing runs of: what never was, and what the configuration names no more", async () => {
    expect((await call("PATCH", "/api/experiments/a~b", { state: "paused" })).status).toBe(404);
    await bench.store.control.begin([{ id: "main~gone", primary: "main", silent: "gone" }]);
    await bench.store.ledger.write({ id: "led_1", counts: [], admissions: [], withdrawn: [] }, [
      { id: "main~gone", primary: "main", silent: "gone" },
    ]);
    await control.refresh();
    const gone = await call("PATCH", "/api/experiments/main~gone", { state: "paused" });
    expect(gone.json.error?.message).toBe(
      "main~gone has nothing that runs: the configuration does not name it any more. POST /api/experiments adds it again.",
    );
    const read = await call<ExperimentRun>("GET", "/api/experiments/main~gone");
    expect(read.json.state).toBe("ended");
  });

  test("changes nothing while the database is away, and says so", async () => {
    away = true;
    const { status, json } = await call("PATCH", ONE, { state: "paused" });
    expect([status, json.error?.code]).toEqual([503, "store_unavailable"]);
    expect(json.error?.message).toContain("nothing was changed");
  });
});

describe("POST /api/experiments", () => {
  test("adds one that no file names, which is listed at once and can be changed", async () => {
    const added = await call("POST", "/api/experiments", { primary: "main", silent: "other", sample_rate: 0.5 });
    expect([added.status, added.headers.location]).toEqual([201, "/api/experiments/main~other"]);
    expect(added.json).toMatchObject({
      id: "main~other",
      settings: { sample_rate: 0.5 },
      configured: { sample_rate: 1 },
    });
    const { json } = await call<{ data: { id: string; state: string }[] }>("GET", "/api/experiments");
    expect(json.data).toMatchObject([{ id: "main~other", state: "running" }]);
    const paused = await call<ExperimentRun>("PATCH", "/api/experiments/main~other", { state: "paused" });
    expect(paused.json.state).toBe("paused");
    const again = await call("POST", "/api/experiments", { primary: "main", silent: "other" });
    expect([again.status, again.json.error?.code]).toEqual([409, "wrong_state"]);
  });

  test.each([
    [{ primary: "main", silent: "cheep" }, 400, "silent", "did you mean cheap?"],
    [{ primary: "man", silent: "cheap" }, 400, "primary", "did you mean main?"],
    [{ primary: "main", silent: "main" }, 400, "silent", "name another model group than main"],
    [{ silent: "cheap" }, 400, "primary", "name the model group whose requests are mirrored"],
    [{ primary: "main", silent: "cheap" }, 409, null, "PATCH /api/experiments/main~cheap changes it"],
  ])("refuses %j", async (body, status, param, fix) => {
    const refused = await call("POST", "/api/experiments", body);
    expect([refused.status, refused.json.error?.param]).toEqual([status, param]);
    expect(refused.json.error?.message).toContain(fix);
  });
});

describe("rollouts", () => {
  const start = (body: object = { force: true, reason: "the weekend is quiet" }) =>
    call<Rollout>("POST", `${ONE}/rollout`, body);

  test("begin on the verdict promote, or by force with a reason", async () => {
    const unasked = await start({});
    expect([unasked.status, unasked.json.error?.code, unasked.json.error?.param]).toEqual([
      409,
      "verdict_not_promote",
      "force",
    ]);
    expect(unasked.json.error?.message).toContain("There are no pairs yet.");
    const silent = await start({ force: true });
    expect([silent.status, silent.json.error?.param]).toEqual([400, "reason"]);
    const { status, json, headers } = await start();
    expect([status, headers.location]).toEqual([201, `/api/rollouts/${json.id}`]);
    expect(json).toMatchObject({
      experiment: "main~cheap",
      state: "running",
      stage: 0,
      stages: [5, 25, 50, 100],
      sticky: "session",
      hold: { pairs: 200, hours: 24 },
      automatic: true,
      fallback: true,
      watch_ms: 14 * 86_400_000,
      forced: true,
      reason: "the weekend is quiet",
    });
    const again = await start();
    expect([again.status, again.json.error?.code]).toEqual([409, "wrong_state"]);
    expect(again.json.error?.message).toContain(`POST /api/rollouts/${json.id}/rollback`);
    expect((await call("GET", `/api/rollouts/${json.id}`)).json).toEqual({ ...json, status: null });
    expect((await call<{ data: Rollout[] }>("GET", "/api/rollouts")).json.data).toEqual([json]);
    expect((await call("PATCH", ONE, { state: "paused" })).json.error?.message).toContain("is guarded by its pairs");
  });

  test("go from stage to stage by hand, are held and go on, and end promoted", async () => {
    const { id } = (await start({ stages: [10, 20, 100], watch_ms: 5, force: true, reason: "so" })).json;
    const act = async (action: string) => {
      const { status, json } = await call<Rollout>("POST", `/api/rollouts/${id}/${action}`, { reason: `to ${action}` });
      return status === 200 ? [json.state, json.stage, json.reason] : [status, json.error?.message];
    };
    expect(await act("resume")).toEqual([
      409,
      `The rollout ${id} is running: only a held one can go on. It can be sent now: POST /api/rollouts/${id}/advance | pause | rollback.`,
    ]);
    expect(await act("pause")).toEqual(["held", 0, "to pause"]);
    expect(await act("resume")).toEqual(["running", 0, "to resume"]);
    expect(await act("pause")).toEqual(["held", 0, "to pause"]);
    expect(await act("advance")).toEqual(["running", 1, "to advance"]);
    expect(await act("advance")).toEqual(["watching", 2, "to advance"]);
    expect(await act("advance")).toEqual(["done", 2, "to advance"]);
    expect((await act("advance"))[1]).toContain(`It can be sent now: POST /api/rollouts/${id}/rollback.`);
    expect((await call<ExperimentRun>("PATCH", ONE, { sample_rate: 0.2 })).json.state).toBe("promoted");
    expect(await act("rollback")).toEqual(["rolled_back", 2, "to rollback"]);
    expect((await act("advance"))[1]).toContain("A new try is a new rollout");
    await control.refresh();
    expect((await events()).map(({ kind }) => kind).slice(0, 3)).toEqual(["rolled_back", "changed", "changed"]);
  });

  test("are rolled back without the database, and it is recorded once that is there", async () => {
    const { id } = (await start()).json;
    away = true;
    const listed = await call<{ data: Rollout[] }>("GET", "/api/rollouts");
    expect(listed.json.data.map((rollout) => rollout.id)).toEqual([id]);
    const { status, json } = await call<Rollout>("POST", `/api/rollouts/${id}/rollback`, { reason: "it is wrong" });
    expect([status, json.state, json.reason]).toEqual([200, "rolled_back", "it is wrong"]);
    expect((await call<Rollout>("GET", `/api/rollouts/${id}`)).json.state).toBe("rolled_back");
    expect((await call("POST", `/api/rollouts/${id}/advance`)).status).toBe(503);
    away = false;
    await control.refresh();
    expect(await bench.store.control.rollout(id)).toMatchObject({ state: "rolled_back", reason: "it is wrong" });
    expect((await call("POST", "/api/rollouts/rol_none/rollback")).status).toBe(404);
  });

  test.each([
    [{ stages: [5, 50] }, "stages", "that end with 100"],
    [{ stages: [50, 5, 100] }, "stages", "ascending"],
    [{ hold: { pairs: -1 } }, "hold.pairs", "a whole number of answers"],
    [{ hold: { pears: 1 } }, "hold.pears", "is not a key here"],
    [{ sticky: "day" }, "sticky", "session, user, request"],
  ])("refuse %j", async (body, param, fix) => {
    const refused = await start(body);
    expect([refused.status, refused.json.error?.param]).toEqual([400, param]);
    expect(refused.json.error?.message).toContain(fix);
  });

  test("show the pairs that watch a candidate with their experiment, and not beside it", async () => {
    await start();
    const reverse = { id: "cheap~main", primary: "cheap", silent: "main" };
    await bench.store.ledger.write({ id: "led_2", counts: [], admissions: [], withdrawn: [] }, [
      reverse,
      { id: "main~cheap", primary: "main", silent: "cheap" },
    ]);
    const { json } = await call<{ data: { id: string; rollout: Rollout }[] }>("GET", "/api/experiments");
    expect(json.data.map(({ id, rollout }) => [id, rollout.state])).toEqual([["main~cheap", "running"]]);
  });

  test("are for whoever has the key", async () => {
    const paths = ["/api/rollouts/x/rollback", `${ONE}/rollout`, "/api/experiments"];
    const answers = await Promise.all(paths.map((path) => ask(gateway.url, path, { method: "POST" })));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect((await ask(gateway.url, ONE, { method: "PATCH" })).status).toBe(401);
  });
});
