import { rollingOut, sampleRollout, stillControl } from "@understudy/control/fixture";
import type { FinishedCall } from "@understudy/router";
import { createManualClock, keepLines } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { sampleFinished } from "../after/finished-request.fixture.ts";
import { createServedGuards } from "./served-guards.ts";

const side = { rollout: "rollout_1", primary: "main", candidate: "cheap", led: true };

/** Guards over a rollout whose old primary failed at 1% and began its streams within 400 ms, and what tells them of an answer. */
function guarded(known = true, takePlace = (): Promise<number | null> => Promise.resolve(1)) {
  const baseline = known
    ? { error_rate: 0.01, first_token_p95_ms: 400 }
    : { error_rate: null, first_token_p95_ms: null };
  const control = stillControl(rollingOut(sampleRollout({ baseline })));
  const clock = createManualClock();
  const guards = createServedGuards({ control, takePlace, clock, logger: keepLines().logger });
  const answered = (call: Partial<FinishedCall>, times: number, of = side): void => {
    const { call: usual } = sampleFinished("{}");
    for (let index = 0; index < times; index += 1) guards.answered({ call: { ...usual, ...call }, side: of });
  };
  return { control, clock, answered };
}

const { ending: sampleEnding } = sampleFinished("{}").call;
const answeredBy = (modelGroup: string, more: object = {}): FinishedCall["ending"] => {
  if (sampleEnding.kind !== "answered") throw new Error("the sample is an answer");
  return { ...sampleEnding, by: { ...sampleEnding.by, modelGroup }, ...more };
};
const errorOf = (kind: "server_error" | "bad_request" | "aborted" | "connection") =>
  ({ kind, status: 500, message: "", type: null, code: null, param: null }) as const;
const failed = (kind: "server_error" | "bad_request" | "aborted") =>
  ({ ending: { kind: "failed", error: errorOf(kind), changes: [] } }) as const;
const firstByteAfter = (at: number) => ({
  stream: true,
  ending: answeredBy("cheap"),
  recording: { bytes: new Uint8Array(2), marks: [{ offset: 2, at }], endedAt: at },
});

test.each([
  ["failures", failed("server_error")],
  ["answers that were cut", { ending: answeredBy("cheap", { ended: false, cut: errorOf("connection") }) }],
  ["failures that another group hid", { ending: answeredBy("main") }],
  ["first bytes later than 1.5 times the old primary's 95th percentile", firstByteAfter(601)],
])("%s take the rollout back once they are too many to be chance", async (_what, call) => {
  const { control, clock, answered } = guarded();
  answered(firstByteAfter(100), 30);
  answered(call, 1);
  await clock.advance(5 * 60_000);
  expect(control.rollbacks).toEqual([]);
  answered(call, 60);
  expect(control.rollbacks).toHaveLength(1);
  expect(control.current().rollouts[0]?.state).toBe("rolled_back");
});

test("late first bytes of one busy minute are no proof: what comes within five minutes may still outweigh them", async () => {
  const { control, clock, answered } = guarded();
  answered(firstByteAfter(601), 60);
  await clock.advance(4 * 60_000);
  answered(firstByteAfter(601), 1);
  expect(control.rollbacks).toEqual([]);
  answered(firstByteAfter(100), 1_000);
  await clock.advance(2 * 60_000);
  answered(firstByteAfter(601), 1);
  expect(control.rollbacks).toEqual([]);
});

test.each([
  ["the client's own faults", failed("bad_request"), side],
  ["clients that left before an answer", failed("aborted"), side],
  ["clients that left in the middle", { ending: answeredBy("cheap", { ended: false }) }, side],
  ["a client's fault that the old primary was asked about too", hidden("bad_request"), side],
  ["first bytes that are not late", firstByteAfter(599), side],
  ["failures of the old primary's side", failed("server_error"), { ...side, led: false }],
])("%s do not", (_what, call, of) => {
  const { control, answered } = guarded();
  answered(call, 500, of);
  expect(control.rollbacks).toEqual([]);
});

test("where nobody knows what the old primary did, two failures in a hundred may be, and no first byte is late", () => {
  const { control, answered } = guarded(false);
  answered(firstByteAfter(60_000), 500);
  expect(control.rollbacks).toEqual([]);
  answered(failed("server_error"), 200);
  expect(control.rollbacks[0]?.reason).toContain("more than 2% is certain");
});

test("gateways share one level: the later its place, the more a gateway must have seen, and most while it has none", async () => {
  const answersUntil = async (...places: readonly (number | Error)[]): Promise<number> => {
    let asked = 0;
    const place = (): Promise<number> => {
      const next = places[Math.min(asked++, places.length - 1)] ?? new Error("none");
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    };
    const { control, clock, answered } = guarded(true, place);
    answered(firstByteAfter(100), 200);
    await clock.advance(10_000);
    answered(firstByteAfter(100), 1);
    await clock.advance(10_000);
    for (let failures = 1; failures < 500; failures += 1) {
      answered(failed("server_error"), 1);
      if (control.rollbacks.length > 0) return failures;
    }
    return Number.POSITIVE_INFINITY;
  };
  const away = new Error("away");
  const [first, fourth, none, late] = [
    await answersUntil(1),
    await answersUntil(4),
    await answersUntil(away),
    await answersUntil(away, 1),
  ];
  expect(first).toBeLessThan(fourth);
  expect(fourth).toBeLessThan(none);
  expect(late).toBe(first);
});

function hidden(outcome: "bad_request"): Partial<FinishedCall> {
  const attempt = { deployment: "d2", model_group: "cheap", provider: "openai", started_at: 0, duration_ms: 1 };
  const attempts = [{ ...attempt, outcome, http_status: 400, message: null }];
  return { attempts, ending: answeredBy("main") };
}
