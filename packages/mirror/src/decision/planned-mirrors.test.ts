import { type Config, type Deployment, resolveConfig, type SilentTarget } from "@understudy/config";
import type { Attempt, CallRecord } from "@understudy/contracts";
import { describe, expect, test } from "vitest";
import { primaryRecord, silentTarget } from "../job/mirror-job.fixture.ts";
import { AS_CONFIGURED, type MirrorRules } from "./mirror-rules.ts";
import { plannedMirrors, targetsOf } from "./planned-mirrors.ts";

const entry = (group: string, silent_model?: unknown) => ({
  model_name: group,
  litellm_params: {
    model: `openai/${group}`,
    api_key: "sk-test-1",
    ...(silent_model === undefined ? {} : { silent_model }),
  },
  model_info: { id: group },
});

const config: Config = resolveConfig(
  {
    model_list: [
      entry("old", [
        { model: "new", sample_rate: 0.1 },
        { model: "old", control: true },
        { model: "third", sample_rate: 0.05 },
      ]),
      entry("new", "third"),
      entry("third"),
    ],
  },
  {},
);

function deployment(id: string): Deployment {
  const found = config.deployments.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no deployment ${id}`);
  return found;
}

const reverse: SilentTarget = silentTarget({ experimentId: "new~old", silentModel: "old" });
const rules: MirrorRules = { ...AS_CONFIGURED, reverseOf: () => reverse };
const side = { rollout: "rollout_1", primary: "old", candidate: "new", led: true };

const planned = (of: Partial<CallRecord>, on: Partial<typeof side> = {}) => {
  const record = primaryRecord({ model_group: "old", ...of });
  return plannedMirrors(record, deployment(record.deployment ?? "new"), { side: { ...side, ...on }, rules });
};
const experimentsIn = (mirrors: ReturnType<typeof plannedMirrors>) => mirrors.map(({ target }) => target.experimentId);
const attempt = (of: Partial<Attempt>): Attempt => ({
  deployment: "new",
  model_group: "new",
  provider: "openai",
  started_at: 1,
  duration_ms: 70,
  outcome: "timeout",
  http_status: null,
  message: "too slow",
  ...of,
});

describe("in a rollout", () => {
  test("what the old primary's side answers goes where it went before", () => {
    const mirrors = planned({ deployment: "old", answered_by: "old" }, { led: false });
    expect(experimentsIn(mirrors)).toEqual(["old~new", "old~old", "old~third"]);
    expect(mirrors[0]).toMatchObject({ primaryGroup: "old", record: { model_group: "old" } });
  });

  test("what the candidate answers goes to the old primary, roles swapped, besides where the candidate's own answers go", () => {
    const mirrors = planned({ deployment: "new", answered_by: "new" });
    expect(experimentsIn(mirrors)).toEqual(["new~third", "new~old"]);
    // A primary that another group answered for could not be compared.
    expect(mirrors.map((one) => one.rollout)).toEqual([null, side.rollout]);
    expect(mirrors[1]).toMatchObject({
      primaryGroup: "new",
      record: { model_group: "new", answered_by: "new", status: "ok" },
    });
  });

  test("the candidate's failure is its failure, also where the old primary stepped in, and that is in no other sample", () => {
    const attempts = [
      attempt({ outcome: "server_error" }),
      attempt({}),
      attempt({ deployment: "old", model_group: "old", outcome: "ok" }),
    ];
    const mirrors = planned({ deployment: "old", answered_by: "old", attempts });
    expect(experimentsIn(mirrors)).toEqual(["new~old"]);
    expect(mirrors[0]?.record).toMatchObject({
      model_group: "new",
      status: "error",
      answered_by: null,
      answer: null,
      cost_usd: null,
      error: { kind: "timeout", status: 408, message: "too slow" },
      timing: { total_ms: 140, model_ms: null },
      attempts: attempts.slice(0, 2),
    });
  });

  test("a call that nobody answered is the candidate's failure", () => {
    const failed = { deployment: null, answered_by: null, status: "error", attempts: [attempt({})] } as const;
    expect(planned(failed).at(-1)).toMatchObject({ target: reverse, record: { model_group: "new", status: "error" } });
  });

  test("nothing goes back once nobody watches", () => {
    const record = primaryRecord({ deployment: "new", answered_by: "new" });
    expect(experimentsIn(plannedMirrors(record, deployment("new"), { side, rules: AS_CONFIGURED }))).toEqual([
      "new~third",
    ]);
  });
});

describe("what is changed while it runs", () => {
  const ruled = (rates: Readonly<Record<string, number>>, added: readonly SilentTarget[] = []): MirrorRules => ({
    ...AS_CONFIGURED,
    ruleOf: (experiment) => ({ stopped: null, sampleRate: rates[experiment] ?? null }),
    addedTo: () => added,
  });
  const ratesOf = (changed: MirrorRules) =>
    Object.fromEntries(targetsOf(deployment("old"), changed).map((one) => [one.experimentId, one.sampleRate]));

  test("a rate wins over the configured one, and the control that saw as much goes on to see as much", () => {
    expect(ratesOf(AS_CONFIGURED)).toEqual({ "old~new": 0.1, "old~old": 0.1, "old~third": 0.05 });
    expect(ratesOf(ruled({ "old~new": 0.5 }))).toEqual({ "old~new": 0.5, "old~old": 0.5, "old~third": 0.05 });
    expect(ratesOf(ruled({ "old~new": 0.01 }))).toEqual({ "old~new": 0.01, "old~old": 0.05, "old~third": 0.05 });
    expect(ratesOf(ruled({ "old~new": 0.5, "old~old": 0.2 }))).toMatchObject({ "old~new": 0.5, "old~old": 0.2 });
  });

  test("an experiment that no deployment names is mirrored to beside them, once", () => {
    const added = [
      silentTarget({ experimentId: "old~fourth", silentModel: "fourth" }),
      silentTarget({ experimentId: "old~new" }),
    ];
    expect(targetsOf(deployment("old"), ruled({}, added)).map(({ silentModel }) => silentModel)).toEqual([
      "new",
      "old",
      "third",
      "fourth",
    ]);
  });
});
