import { silentLogger, systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { samplePair, withRecord } from "./call-entry.fixture.ts";
import { createCallSinks } from "./call-sinks.ts";
import type { LoggedCall } from "./logged-call.ts";
import { type Sink, USUAL_LIMITS } from "./sink.ts";

function keeping(): { readonly sink: Sink; readonly ids: string[] } {
  const ids: string[] = [];
  const write = (calls: readonly LoggedCall[]): Promise<void> => {
    ids.push(...calls.map(({ record }) => record.id));
    return Promise.resolve();
  };
  return { sink: { write, close: () => Promise.resolve() }, ids };
}

test("a sink is told of calls that went well, of those that did not, or of both", async () => {
  const sinks = { success: keeping(), failure: keeping(), both: keeping() };
  const specs = Object.entries(sinks).map(([name, { sink }]) => ({
    name,
    calls: { success: name !== "failure", failure: name !== "success" },
    limits: { ...USUAL_LIMITS, gatherMs: 1 },
    open: () => Promise.resolve(sink),
  }));
  const options = { secrets: [], patterns: [], text: true, keyInfo: true, clock: systemClock, logger: silentLogger };
  const all = createCallSinks({ specs, ...options });
  const { primary, silent } = samplePair(1);
  all.record(primary);
  all.record(withRecord(silent, { status: "error" }));
  all.record(withRecord(samplePair(2).silent, { status: "partial" }));
  await all.service.stop(AbortSignal.timeout(60_000));
  expect(sinks.success.ids).toEqual(["call_p1"]);
  expect(sinks.failure.ids).toEqual(["call_s1", "call_s2"]);
  expect(sinks.both.ids).toEqual(["call_p1", "call_s1", "call_s2"]);
  expect(all.review).toBeNull();
});
