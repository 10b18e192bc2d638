import type { ExperimentOverview, VerdictOverview } from "@understudy/contracts";
import { expect, test } from "vitest";
import { countsOf, groupsOf } from "./groups.ts";

function experiment(primary: string, silent: string, decision: VerdictOverview["decision"]): ExperimentOverview {
  const verdict = { decision, pairs: 10, pairs_needed: 10 } as VerdictOverview;
  return {
    id: `${primary}~${silent}`,
    primary,
    silent,
    state: "running",
    rollout: null,
    verdict,
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
