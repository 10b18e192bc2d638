import type { ExperimentOverview, VerdictOverview } from "@understudy/contracts";
import { expect, test } from "vitest";
import { countsOf, groupsOf } from "./groups.ts";

function experiment(
  primary: string,
  silent: string,
  decision: VerdictOverview["decision"],
  seen: Partial<ExperimentOverview> = {},
): ExperimentOverview {
  const verdict = { decision, pairs: 10, pairs_needed: 10 } as VerdictOverview;
  return {
    id: `${primary}~${silent}`,
    primary,
    silent,
    state: "running",
    rollout: null,
    verdict,
    counts: { admitted: 0, skipped: {} },
    traffic: { requests_a_day: null, usd_a_month: null },
    ...seen,
  } as ExperimentOverview;
}

const ALL = [
  experiment("chat", "z-mini", "keep_watching"),
  experiment("chat", "b-mini", "promote"),
  experiment("chat", "chat", "keep_watching"),
  experiment("chat", "a-large", "reject"),
  experiment("triage", "nano", "cannot_judge"),
];
const shown = (wanted: Parameters<typeof groupsOf>[1]) =>
  groupsOf(ALL, wanted).map(({ primary, candidates, controls }) => [
    primary,
    ...candidates.map(({ experiment }) => experiment.silent),
    ...controls.map(() => "control"),
  ]);

test("groups stand as they are listed, what needs somebody first in each, and the control apart", () => {
  expect(shown({ search: "", verdict: null })).toEqual([
    ["chat", "b-mini", "a-large", "z-mini", "control"],
    ["triage", "nano"],
  ]);
});

test("a search is for words of the names, and a group that nothing is left of is gone", () => {
  expect(shown({ search: "mini CHAT", verdict: null })).toEqual([["chat", "b-mini", "z-mini"]]);
  expect(shown({ search: "", verdict: "cannot" })).toEqual([["triage", "nano"]]);
  expect(shown({ search: "nothing", verdict: null })).toEqual([]);
  expect(countsOf(ALL, "chat")).toEqual({ all: 3, promote: 1, reject: 1, watch: 1, cannot: 0, rollout: 0 });
});

test("a group's traffic is what the experiment tells that has seen most of it, and its silent models are all of them", () => {
  const seen = (admitted: number, skipped: number, requests_a_day: number | null) =>
    ({
      counts: { admitted, skipped: { not_sampled: skipped } },
      traffic: { requests_a_day, usd_a_month: null },
    }) as unknown as Partial<ExperimentOverview>;
  const all = [
    experiment("chat", "young", "keep_watching", seen(50, 0, 900)),
    experiment("chat", "old", "keep_watching", seen(10, 990, 700)),
    experiment("chat", "unknown", "keep_watching", seen(2_000, 0, null)),
    experiment("triage", "nano", "keep_watching"),
  ];
  const [chat, triage] = groupsOf(all, { search: "", verdict: null });
  expect(chat?.traffic.requests_a_day).toBe(700);
  expect(triage?.traffic).toEqual({ requests_a_day: null, usd_a_month: null });
  const [narrowed] = groupsOf(all, { search: "young", verdict: null });
  expect([narrowed?.candidates.length, narrowed?.taken]).toEqual([1, ["young", "old", "unknown"]]);
});
