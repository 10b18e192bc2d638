import { resolveConfig } from "@understudy/config";
import type { CallRecord } from "@understudy/contracts";
import { createSkippingClock } from "@understudy/runtime/fixture";
import { createSimulator } from "@understudy/simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Handover } from "./call/call.ts";
import { ask, type Entry, streamed, useSimulator } from "./call/router.fixture.ts";
import { createCallRouter } from "./router.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const ENTRIES: readonly Entry[] = [
  ["old", "gpt-4o"],
  ["new", "gpt-4"],
  ["spare", "gpt-4.1"],
];
const ONCE = { num_retries: 0, disable_cooldowns: true };
const taking = (more: Partial<Handover> = {}) => ({
  handover: { model: "new", group: "new", leads: true, fallback: true, ...more },
});
const groups = (record: CallRecord): readonly string[] => record.attempts.map(({ model_group }) => model_group);

describe("a group whose requests are handed over", () => {
  test("is answered for by the other, which keeps its own deployment; the record says who was asked", async () => {
    const { call, record } = await ask(fixture.router(ENTRIES, ONCE), "old", taking());
    expect(call.modelGroup).toBe("new");
    expect(record).toMatchObject({ status: "ok", model_group: "old", answered_by: "new", model: "gpt-4" });
    expect(groups(record)).toEqual(["new"]);
  });

  test("answers by itself where the other does not lead", async () => {
    const { call, record } = await ask(fixture.router(ENTRIES, ONCE), "old", taking({ leads: false }));
    expect(call.modelGroup).toBe("old");
    expect(groups(record)).toEqual(["old"]);
  });

  test.for([{ stream: false }, { stream: true }])(
    "answers what the other and its fallbacks failed at, %j",
    async ({ stream }) => {
      simulator.script("gpt-4", stream ? "fail-500" : "bad-json");
      simulator.script("gpt-4.1", "fail-503");
      const router = fixture.router(ENTRIES, { ...ONCE, fallbacks: [{ new: ["spare"] }] });
      const body = stream ? { body: streamed("old") } : {};
      const { call, record } = await ask(router, "old", { ...taking(), ...body });
      expect(call).toMatchObject({ status: 200, modelGroup: "old" });
      expect(groups(record)).toEqual(["new", "spare", "old"]);
    },
  );

  test("does not answer for it where the rollout does not say so, nor where the client has left", async () => {
    simulator.script("gpt-4", "fail-500");
    const router = fixture.router(ENTRIES, ONCE);
    const { call, record } = await ask(router, "old", taking({ fallback: false }));
    expect(call).toMatchObject({ status: 500, modelGroup: null });
    expect(groups(record)).toEqual(["new"]);
    const left = await ask(router, "old", { ...taking(), signal: AbortSignal.abort() });
    expect(left.record.error?.kind).toBe("aborted");
    expect(left.record.attempts).toEqual([]);
  });

  test("a stream that has begun and breaks is not answered once more", async () => {
    simulator.script("gpt-4", "cut");
    const router = fixture.router(ENTRIES, ONCE);
    await expect(ask(router, "old", { ...taking(), body: streamed("old") })).rejects.toThrow(/./);
    expect(simulator.requests().map(({ model }) => model)).toEqual(["gpt-4"]);
  });
});

describe("a request that goes on from an earlier answer", () => {
  const accounts = { old: createSimulator({ seed: "a" }), new: createSimulator({ seed: "b" }) };
  const bases = { old: "", new: "" };
  beforeAll(async () => {
    for (const name of ["old", "new"] as const) bases[name] = `${(await accounts[name].start()).url}/v1`;
  });
  beforeEach(() => {
    accounts.old.reset();
    accounts.new.reset();
  });
  afterAll(async () => {
    await accounts.old.stop();
    await accounts.new.stop();
  });

  const gateway = () => {
    const model_list = (["old", "new"] as const).map((model_name) => ({
      model_name,
      litellm_params: { model: "openai/gpt-4o", api_base: bases[model_name], api_key: "sk-test-key" },
    }));
    const config = resolveConfig({ model_list, router_settings: ONCE }, {});
    return createCallRouter(config, { transport: fixture.transport, clock: createSkippingClock(), random: () => 0 });
  };
  const asked = (more: object = {}) => ({
    operation: "responses" as const,
    body: { model: "old", input: "What is the capital of France?", ...more },
  });
  const idIn = (text: string): string => /"id":\s*"(resp_[^"]+)"/.exec(text)?.[1] ?? "none";

  // The stage changed between the two, or another gateway made the first: one that has seen nothing of it is asked.
  test.for([
    { made: "old", leads: true },
    { made: "new", leads: false },
  ])("is answered by the side that made it, whichever is called first: %j", async ({ made, leads }) => {
    const first = gateway();
    const { text } = await ask(first, "old", { ...asked(), ...taking({ leads: made === "new" }) });
    for (const router of [first, gateway()]) {
      const handover = taking({ leads, fallback: false });
      const { call } = await ask(router, "old", { ...asked({ previous_response_id: idIn(text) }), ...handover });
      expect(call).toMatchObject({ status: 200, modelGroup: made });
    }
  });
});
