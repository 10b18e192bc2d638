import { expect, test } from "vitest";
import { sampleEvidence } from "../evidence.fixture.ts";
import type { JudgedInput } from "../verdict/judge.ts";
import { savingOf, trafficOf } from "./traffic.ts";

const HALF_PRICE = { ...sampleEvidence().cost, silent: 0.1 };

/** 200 of 1,000 requests were mirrored, in two days. */
function input(changes: Partial<JudgedInput["experiment"]> = {}, cost = HALF_PRICE): JudgedInput {
  return {
    experiment: { id: "a~b", primary: "a", silent: "b", control: false, ...changes },
    account: { admitted: 200, skipped: { not_sampled: 700, paused: 100 } },
    evidence: sampleEvidence({ cost }),
  } as unknown as JudgedInput;
}
const pace = { span_days: 2, pairs_a_day: 100, minimum_span_days: 0 };

test("a group's traffic is all of its requests, mirrored or not, at what the primary's answers cost", () => {
  const traffic = trafficOf(input(), pace);
  expect(traffic).toEqual({ requests_a_day: 500, usd_a_month: expect.closeTo(500 * 30 * 0.001, 9) });
  expect(savingOf(input(), traffic)).toEqual({ usd_a_month: expect.closeTo(500 * 30 * 0.0005, 9), reason: null });
});

test("what cannot be told is null, and a saving says why", () => {
  const free = { ...HALF_PRICE, primary: 0 };
  expect(trafficOf(input({}, free), pace)).toEqual({ requests_a_day: 500, usd_a_month: null });
  expect(trafficOf(input({ replay: true }), pace)).toEqual({ requests_a_day: null, usd_a_month: null });
  const young = trafficOf(input(), { ...pace, span_days: 0.01 });
  expect(young).toEqual({ requests_a_day: null, usd_a_month: null });
  expect(savingOf(input(), young)).toEqual({ usd_a_month: null, reason: "less than an hour of traffic so far" });
  expect(savingOf(input({ control: true }), young).reason).toContain("takes over from nobody");
  expect(savingOf(input({}, free), trafficOf(input({}, free), pace)).reason).toContain("costs nothing");
});
