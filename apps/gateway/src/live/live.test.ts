import type { Changed, ControlState, Rollout } from "@understudy/contracts";
import { stillControl } from "@understudy/control/fixture";
import { createManualClock } from "@understudy/runtime/fixture";
import { beforeEach, expect, test } from "vitest";
import { startGateway, usualSettings } from "../fixtures/gateway.fixture.ts";
import { createLive, type Live, MOST_LISTENERS } from "./live.ts";

const EXPERIMENT = { id: "a~b", primary: "a", silent: "b", state: "running", named_by: "config" } as const;
const SETTINGS = { sample_rate: null, ends_at: null, max_usd_per_day: null, concurrency: null };
const ROLLOUT = { id: "rol_1", experiment: "a~b", primary: "a", silent: "b", state: "running", stage: 0 };

function state(changes: object, rollout: object = {}): ControlState {
  return {
    version: 1,
    experiments: [{ ...EXPERIMENT, settings: SETTINGS, ...changes }],
    rollouts: [{ ...ROLLOUT, ...rollout } as Rollout],
  };
}

const clock = createManualClock();
const control = stillControl(state({}));
let madeAnew: (ids: readonly string[]) => void = () => undefined;
let depth = "0";
let live: Live;

beforeEach(async () => {
  control.set(state({}));
  live = createLive({
    control,
    overviews: {
      changed(listener) {
        madeAnew = listener;
        return () => (madeAnew = () => undefined);
      },
    },
    queues: () => Promise.resolve(new Map([["b", depth]])),
    clock,
  });
  await live.service.start();
});

function listening() {
  const heard = { changed: [] as Changed[], beats: 0, over: 0 };
  const stop = live.listen({
    tell: (changed) => heard.changed.push(changed),
    beat: () => (heard.beats += 1),
    over: () => (heard.over += 1),
  });
  return { heard, stop };
}

test("who listens is told once a second which experiments, rollouts and queues are others, and else that it is there", async () => {
  const { heard, stop } = listening();
  await clock.advance(3_000);
  control.set(state({ state: "paused" }));
  control.set(state({ state: "paused" }, { stage: 1 }));
  madeAnew(["a~c"]);
  await clock.advance(1_000);
  expect(heard.changed).toEqual([{ experiments: ["a~b", "a~c"], rollouts: ["rol_1"], queues: [] }]);
  depth = "1";
  await clock.advance(3_000);
  expect(heard.changed.slice(1)).toEqual([{ experiments: [], rollouts: [], queues: ["b"] }]);
  expect(heard.beats).toBe(0);
  await clock.advance(15_000);
  expect(heard.beats).toBe(1);
  stop?.();
  control.set(state({ state: "ended" }));
  await clock.advance(2_000);
  expect(heard.changed).toHaveLength(2);
});

test("no more listen than may, and a gateway that stops tells them", async () => {
  const all = Array.from({ length: MOST_LISTENERS }, listening);
  expect(live.listen({ tell: () => undefined, beat: () => undefined, over: () => undefined })).toBeNull();
  all[0]?.stop?.();
  expect(listening().stop).not.toBeNull();
  await live.service.stop(AbortSignal.timeout(10_000));
  expect(all.slice(1).every(({ heard }) => heard.over === 1)).toBe(true);
});

test("a page hears of a change as a server-sent event, and its connection ends with the gateway", async () => {
  const followed = stillControl(state({}));
  const gateway = await startGateway(usualSettings("http://127.0.0.1:9"), { control: followed });
  const response = await fetch(`${gateway.url}/api/events`, { headers: { "accept-encoding": "gzip" } });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(response.headers.get("content-encoding")).toBeNull();
  followed.set(state({ state: "paused" }));
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("data: ")) void gateway.stop();
  }
  expect(text).toContain('event: changed\ndata: {"experiments":["a~b"],"rollouts":[],"queues":[]}\n\n');
  await gateway.stop();
});
