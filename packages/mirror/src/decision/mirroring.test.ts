import { createManualClock } from "@understudy/runtime/fixture";
import { type Config, resolveConfig } from "@understudy/config";
import type { Attempt, CallRecord } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { FIRST_TRY } from "./client-retries.ts";
import type { MirrorDispatcher } from "./dispatcher.ts";
import { createMirroring, type FinishedPrimary } from "./mirroring.ts";
import { pairIdOf, type MirrorJob } from "../job/mirror-job.ts";
import { primaryRecord, QUESTION } from "../job/mirror-job.fixture.ts";

const KIND = "size=1 to 4 KB;stream=no;tools=no;language=latin";

const ABORTED = { kind: "aborted", status: 499, message: "left", type: null, code: null, param: null } as const;

type Silent = string | readonly (string | object)[] | object;

function deployment(id: string, group: string, silent_model?: Silent): object {
  const params = {
    model: `openai/${group}`,
    api_key: "sk-test-1",
    ...(silent_model === undefined ? {} : { silent_model }),
  };
  return { model_name: group, litellm_params: params, model_info: { id } };
}

function configOf(...model_list: readonly object[]): Config {
  return resolveConfig({ model_list: [...model_list, deployment("q-1", "quiet"), deployment("q-2", "quieter")] }, {});
}

const MAIN = configOf(deployment("main-1", "gpt-main", ["quiet", "quieter"]), deployment("main-2", "gpt-main"));

function attempt(of: Partial<Attempt>): Attempt {
  return {
    deployment: "main-1",
    model_group: "gpt-main",
    provider: "openai",
    started_at: 1,
    duration_ms: 1,
    outcome: "server_error",
    http_status: 500,
    message: "oh",
    ...of,
  };
}

/** Mirrors one finished call, and tells what came of it. */
function mirror(config: Config, of: Partial<CallRecord>, finished: Partial<FinishedPrimary> = {}) {
  const dispatched: MirrorJob[] = [];
  const told: string[] = [];
  const strata: string[] = [];
  const dispatcher: MirrorDispatcher = {
    dispatch(job) {
      told.push(`dispatched ${job.experiment}`);
      dispatched.push(job);
    },
    held: () => 0,
    flushed: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const mirroring = createMirroring({
    config,
    dispatcher,
    speaks: () => true,
    clock: createManualClock(5_000),
    events: {
      admitted({ experiment, stratum = "" }) {
        told.push(`admitted ${experiment}`);
        strata.push(stratum);
      },
      skipped({ experiment, reason, stratum }) {
        told.push(`skipped ${experiment}: ${reason}`);
        strata.push(stratum);
      },
    },
  });
  const record = primaryRecord(of);
  const jobs = mirroring.mirror({
    record,
    request: QUESTION,
    requestBytes: QUESTION.length,
    headers: {},
    statefulBy: null,
    stratum: KIND,
    optedOut: false,
    session: null,
    says: () => ({ users: [], sessions: [], metadata: null }),
    clientTry: FIRST_TRY,
    ...finished,
  });
  expect(jobs).toEqual(dispatched);
  return { jobs, told, strata, targets: jobs.map((job) => job.silent_model) };
}

const experimentOf = (config: Config, silent: string): string =>
  config.experiments.find((one) => one.silent === silent)?.id ?? "";

describe("a finished call", () => {
  test("gives one job to each silent model of the deployment that answered", () => {
    const { jobs, told } = mirror(MAIN, { deployment: "main-1" });
    const [quiet, quieter] = [experimentOf(MAIN, "quiet"), experimentOf(MAIN, "quieter")];
    expect(told).toEqual([`admitted ${quiet}`, `dispatched ${quiet}`, `admitted ${quieter}`, `dispatched ${quieter}`]);
    expect(jobs.map((job) => job.pair_id)).toEqual([pairIdOf("req_1", "quiet"), pairIdOf("req_1", "quieter")]);
    expect(jobs[0]).toMatchObject({ request: QUESTION, primary_group: "gpt-main", admitted_at: 5_000 });
  });

  test("is counted under its kind, admitted or not, and its jobs carry it", () => {
    const admitted = mirror(MAIN, { deployment: "main-1" });
    expect(admitted.strata).toEqual([KIND, KIND]);
    expect(admitted.jobs.map((job) => job.stratum)).toEqual([KIND, KIND]);
    expect(mirror(MAIN, { deployment: "main-1" }, { optedOut: true }).strata).toEqual([KIND, KIND]);
  });

  test("gives the same jobs however many attempts it took", () => {
    const attempts = [attempt({}), attempt({}), attempt({ deployment: "main-2" }), attempt({ outcome: "ok" })];
    expect(mirror(MAIN, { deployment: "main-1", attempts }).targets).toEqual(["quiet", "quieter"]);
  });

  test("is not mirrored when the deployment that answered names no silent model", () => {
    const attempts = [attempt({}), attempt({ deployment: "main-2", outcome: "ok" })];
    expect(mirror(MAIN, { deployment: "main-2", attempts })).toMatchObject({ jobs: [], told: [] });
  });

  test("belongs, after a fallback, to the group that answered", () => {
    const config = configOf(deployment("main-1", "gpt-main", "quiet"), deployment("spare-1", "spare", "quieter"));
    const { jobs } = mirror(config, { deployment: "spare-1", answered_by: "spare", attempts: [attempt({})] });
    expect(jobs).toMatchObject([
      { silent_model: "quieter", primary_group: "spare", experiment: experimentOf(config, "quieter") },
    ]);
  });

  test("that nobody answered belongs to the deployment tried first", () => {
    const attempts = [attempt({}), attempt({ deployment: "main-2" })];
    const failed = { deployment: null, answered_by: null, status: "error", attempts } as const;
    expect(mirror(MAIN, failed).targets).toEqual(["quiet", "quieter"]);
  });

  test("that reached no deployment is not mirrored", () => {
    expect(mirror(MAIN, { deployment: null, status: "error", attempts: [] }).jobs).toEqual([]);
  });

  test("of a deployment that is gone from the configuration is not mirrored", () => {
    expect(mirror(MAIN, { deployment: "removed" }).jobs).toEqual([]);
  });

  test.each(["silent", "control"] as const)("that is a %s call itself casts no shadow", (role) => {
    expect(mirror(MAIN, { role })).toMatchObject({ jobs: [], told: [] });
  });
});

test("a stream that its client left in the middle is mirrored", () => {
  expect(mirror(MAIN, { status: "partial", error: ABORTED }).targets).toEqual(["quiet", "quieter"]);
});

describe("a request that is not mirrored", () => {
  test("is counted with its reason, for each silent model", () => {
    const { jobs, told } = mirror(MAIN, {}, { optedOut: true });
    expect(jobs).toEqual([]);
    expect(told).toEqual(MAIN.experiments.map(({ id }) => `skipped ${id}: opted_out`));
  });

  test.each([
    ["client_retry", {}, { clientTry: { idempotencyKey: null, retryCount: 1 } }],
    ["client_aborted", { status: "error", error: ABORTED } as const, {}],
    ["client_aborted", { status: "error", error: ABORTED } as const, { clientTry: { ...FIRST_TRY, retryCount: 1 } }],
  ])("is counted as %s", (reason, record, finished) => {
    const { jobs, told } = mirror(MAIN, record, finished);
    expect(jobs).toEqual([]);
    expect(told).toEqual(MAIN.experiments.map(({ id }) => `skipped ${id}: ${reason}`));
  });

  test("leaves another silent model of the same deployment its job", () => {
    const config = configOf(deployment("main-1", "gpt-main", [{ model: "quiet", max_body_bytes: 1 }, "quieter"]));
    const { targets, told } = mirror(config, {});
    expect(targets).toEqual(["quieter"]);
    expect(told[0]).toBe(`skipped ${experimentOf(config, "quiet")}: body_too_large`);
  });
});

describe("an experiment that is limited to some requests", () => {
  const match = { users: ["ada", "bob"], routes: ["chat"], metadata: { tier: ["gold"], beta: ["true"] } };
  const limited = configOf(deployment("main-1", "gpt-main", [{ model: "quiet", match }, "quieter"]));
  const said = { users: ["bob"], sessions: [], metadata: { tier: "gold", beta: true } };

  test.each([
    [said, "chat", ["quiet", "quieter"]],
    [{ ...said, users: ["eve"] }, "chat", ["quieter"]],
    [{ ...said, users: [] }, "chat", ["quieter"]],
    [{ ...said, metadata: { tier: "gold" } }, "chat", ["quieter"]],
    [{ ...said, metadata: { tier: ["gold"], beta: true } }, "chat", ["quieter"]],
    [{ ...said, metadata: null }, "chat", ["quieter"]],
    [said, "completions", ["quieter"]],
  ] as const)("is about %j by %s: %j", (says, operation, targets) => {
    const mirrored = mirror(limited, { operation }, { says: () => says });
    expect(mirrored.targets).toEqual(targets);
    const skipped = `skipped ${experimentOf(limited, "quiet")}: not_matched`;
    expect(mirrored.told.includes(skipped)).toBe(targets.length === 1);
  });
});

describe("an experiment that is limited to some callers", () => {
  const match = { keys: ["search", "shop"], teams: ["growth"] };
  const general_settings = {
    master_key: "sk-test-master",
    client_keys: ["search", "shop"].map((alias) => ({ key: `sk-test-${alias}`, alias, team: "growth" })),
  };
  const model_list = [deployment("main-1", "gpt-main", { model: "quiet", match }), deployment("q-1", "quiet")];
  const limited = resolveConfig({ model_list, general_settings }, {});

  test.each([
    [{ key_alias: "shop", team: "growth" }, 1],
    [{ key_alias: "shop", team: null }, 0],
    [{ key_alias: "shops", team: "growth" }, 0],
    [{ key_alias: null, team: "growth" }, 0],
    [undefined, 0],
  ])("is about %j: %d", (caller, mirrors) => {
    const { jobs, told } = mirror(limited, { caller });
    expect(jobs).toHaveLength(mirrors);
    expect(told.includes(`skipped ${experimentOf(limited, "quiet")}: not_matched`)).toBe(mirrors === 0);
    expect(jobs.every(({ primary }) => primary.caller === caller)).toBe(true);
  });
});

describe("sampling", () => {
  const half = configOf(deployment("main-1", "gpt-main", { model: "quiet", sample_rate: 0.5 }));
  const taken = (of: Partial<CallRecord>): boolean => mirror(half, of).jobs.length === 1;
  const ids = Array.from({ length: 64 }, (_, number) => `id-${number}`);

  test("goes by the client's own request id", () => {
    for (const client_request_id of ids) {
      const choices = ids.slice(0, 8).map((id) => taken({ request_id: `req_${id}`, client_request_id }));
      expect(new Set(choices).size).toBe(1);
    }
  });

  test("goes by ours where the client sent none", () => {
    const choices = ids.map((id) => taken({ request_id: id }));
    expect(choices).toEqual(ids.map((client_request_id) => taken({ client_request_id })));
    expect(new Set(choices).size).toBe(2);
  });

  test.each(["session", "user"] as const)(
    "of a whole %s takes all of its requests or none, its control's too",
    (by) => {
      const silent = [
        { model: "quiet", sample_rate: 0.5, sample_by: by },
        { model: "gpt-main", control: true },
      ];
      const config = configOf(deployment("main-1", "gpt-main", silent));
      const takenOf = (name: string, request_id: string) => {
        const named = { metadata: null, users: by === "user" ? [name] : [], sessions: by === "session" ? [name] : [] };
        return mirror(config, { request_id }, { says: () => named }).targets;
      };
      const choices = ids.slice(0, 24).map((name) => ids.slice(0, 6).map((id) => takenOf(name, id).join()));
      for (const ofOne of choices) expect(new Set(ofOne).size).toBe(1);
      expect(new Set(choices.flat())).toEqual(new Set(["", "quiet,gpt-main"]));
    },
  );

  test("of sessions goes by a header's name first, and by the request where none is named", () => {
    const config = configOf(
      deployment("main-1", "gpt-main", { model: "quiet", sample_rate: 0.5, sample_by: "session" }),
    );
    const jobs = (finished: Partial<FinishedPrimary>) => mirror(config, { request_id: "req_x" }, finished).jobs.length;
    const named = ids.map((id) => jobs({ says: () => ({ users: [], sessions: [id], metadata: null }) }));
    expect(ids.map((session) => jobs({ session }))).toEqual(named);
    expect(new Set(named)).toEqual(new Set([0, 1]));
    const unnamed = ids.map((request_id) => mirror(config, { request_id }).jobs.length);
    expect(new Set(unnamed)).toEqual(new Set([0, 1]));
  });
});
