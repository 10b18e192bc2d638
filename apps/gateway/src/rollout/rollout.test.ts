import { candidateAnswers } from "@understudy/control";
import { rollingOut, sampleRollout, stillControl } from "@understudy/control/fixture";
import type { Simulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Answered, ask } from "../fixtures/ask.fixture.ts";
import {
  modelEntry,
  PLAIN_ROUTER,
  type RunningGateway,
  sayHello,
  startGateway,
  startSimulator,
} from "../fixtures/gateway.fixture.ts";

const control = stillControl();
let simulator: Simulator;
let gateway: RunningGateway;

beforeAll(async () => {
  const started = await startSimulator();
  ({ simulator } = started);
  const { upstream } = started;
  const model_list = [
    modelEntry("main", "gpt-4o", upstream, { silent_model: "cheap" }),
    modelEntry("cheap", "gpt-4o-mini", upstream),
    modelEntry("other", "gpt-4.1", upstream),
  ];
  const router_settings = { ...PLAIN_ROUTER, model_group_alias: { usual: "main" } };
  gateway = await startGateway({ model_list, router_settings }, { control });
});
beforeEach(() => {
  simulator.reset();
  control.set(rollingOut());
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});

interface Asks {
  readonly model?: string;
  readonly session?: string;
  readonly stream?: boolean;
  readonly more?: object;
}

function chat({ model = "main", session, stream = false, more = {} }: Asks = {}): Promise<Answered> {
  const headers = session === undefined ? {} : { "session-id": session };
  return ask(gateway.url, "/v1/chat/completions", { headers, body: { model, messages: sayHello, stream, ...more } });
}

const servedBy = ({ headers }: Answered): unknown => headers["x-understudy-served-by"];
const sessions = Array.from({ length: 24 }, (_, number) => `session-${number}`);
const sideOf = (session: string): string =>
  candidateAnswers(sampleRollout(), `session ${session}`) ? "cheap" : "main";

test("without a rollout nobody is told who answered", async () => {
  expect(servedBy(await chat({ session: "a" }))).toBeUndefined();
});

describe("at half of the sessions", () => {
  beforeEach(() => control.set(rollingOut(sampleRollout())));

  test("each is answered by its side, also by an alias, in a stream, and named in the body; the answer says by which", async () => {
    const asked = sessions.flatMap((session): readonly (readonly [string, Asks])[] => [
      [session, { session }],
      [session, { session, model: "usual" }],
      [session, { session, stream: true }],
      [session, { more: { metadata: { session_id: session } } }],
    ]);
    const answers = await Promise.all(asked.map(async ([session, what]) => [session, await chat(what)] as const));
    expect(new Set(answers.map(([, answer]) => servedBy(answer)))).toEqual(new Set(["main", "cheap"]));
    for (const [session, answer] of answers) expect([session, servedBy(answer)]).toEqual([session, sideOf(session)]);
    const models = simulator.requests().map(({ model }) => model);
    expect(new Set(models)).toEqual(new Set(["gpt-4o", "gpt-4o-mini"]));
    expect(models.filter((model) => model === "gpt-4o-mini")).toHaveLength(
      4 * sessions.filter((session) => sideOf(session) === "cheap").length,
    );
  });

  test("the metrics say how it stands", async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^understudy_experiment_state\{experiment="main~cheap",state="running"\} 1$/m);
    expect(metrics).toMatch(/^understudy_rollout_share\{experiment="main~cheap"\} 0\.5$/m);
  });

  test("another group is none of its business", async () => {
    expect(servedBy(await chat({ model: "other", session: "a" }))).toBeUndefined();
  });

  test("what only one provider holds stays with the old primary where no name tells the side", async () => {
    const input = [{ type: "message", role: "user", content: [{ type: "input_file", file_id: "file_1" }] }];
    const answers = await Promise.all(
      sessions.map(() => ask(gateway.url, "/v1/responses", { body: { model: "main", input } })),
    );
    expect(new Set(answers.map(servedBy))).toEqual(new Set(["main"]));
  });

  test("whoever was with the candidate is with the old primary once it is taken back", async () => {
    const over = sessions.filter((session) => sideOf(session) === "cheap");
    control.rollBackHere("rollout_1", "page", null);
    for (const session of over) expect((await chat({ session })).status).toBe(200);
    expect(new Set(simulator.requests().map(({ model }) => model))).toEqual(new Set(["gpt-4o"]));
  });
});

describe("once the candidate answers all", () => {
  const all = { stage: 1, state: "watching" } as const;

  test("the old primary answers what it fails at, within the same request, where the rollout says so", async () => {
    simulator.script("gpt-4o-mini", "fail-500");
    control.set(rollingOut(sampleRollout(all)));
    for (const stream of [false, true]) {
      const answer = await chat({ session: "a", stream });
      expect([answer.status, servedBy(answer)]).toEqual([200, "main"]);
    }
    control.set(rollingOut(sampleRollout({ ...all, fallback: false })));
    expect((await chat({ session: "a" })).status).toBe(500);
  });

  test("the gateway's guard takes it back when clients get failures, hidden ones too, and says why", async () => {
    simulator.script("gpt-4o-mini", "fail-500");
    control.set(rollingOut(sampleRollout(all)));
    const before = control.rollbacks.length;
    const served: unknown[] = [];
    while (control.rollbacks.length === before && served.length < 50) served.push(servedBy(await chat()));
    expect(control.rollbacks.at(-1)).toMatchObject({ id: "rollout_1", who: "guard" });
    expect(control.rollbacks.at(-1)?.reason).toMatch(/^\d+ of \d+ answers failed that clients asked of cheap/);
    expect(gateway.logged.at(-1)).toMatchObject({ level: "error", message: "a rollout was taken back" });
    simulator.reset();
    await chat();
    expect(simulator.requests().map(({ model }) => model)).toEqual(["gpt-4o"]);
  });

  test("a client's own faults count neither way", async () => {
    control.set(rollingOut(sampleRollout({ ...all, fallback: false })));
    const before = control.rollbacks.length;
    for (let index = 0; index < 30; index += 1) {
      simulator.scriptOnce("gpt-4o-mini", ["fail-400"]);
      expect((await chat()).status).toBe(400);
    }
    expect(control.rollbacks).toHaveLength(before);
  });
});
