import type { Decision, ExperimentControl, ExperimentEvent } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { silentLogger, systemClock } from "@understudy/runtime";
import type { WebhookFact } from "@understudy/telemetry";
import { expect, test } from "vitest";
import { createVerdictWatch } from "./watch-verdicts.ts";

function watching(decisions: readonly (Decision | Error | null)[], asked = false) {
  const told: WebhookFact[] = [];
  const left = decisions.values();
  const kept: ExperimentEvent[] = [];
  let waiting = asked;
  const watch = createVerdictWatch({
    experiments: () => [{ id: "chat~candidate", asked: waiting }],
    events: {
      events: () => Promise.resolve(kept.toReversed()),
      addEvent(event) {
        const added = { ...event, id: String(kept.length), at: 0 };
        kept.push(added);
        return Promise.resolve(added);
      },
      change(id, { tell_when_decided: to }, by) {
        const changes = { tell_when_decided: [waiting, to] as const };
        kept.push({ id: String(kept.length), at: 0, experiment: id, rollout: null, kind: "changed", changes, ...by });
        waiting = to === true;
        return Promise.resolve({ id, primary: "chat", silent: "candidate" } as ExperimentControl);
      },
    },
    report() {
      const decision = left.next().value ?? null;
      if (decision instanceof Error) return Promise.reject(decision);
      if (decision === null) return Promise.resolve(null);
      const verdict = { decision, reason: "because", pairs: 40, pairs_needed: 0, alpha: 0.05, criteria: [] };
      return Promise.resolve({ verdict } as unknown as Report);
    },
    tell: (fact) => void told.push(fact),
    clock: systemClock,
    logger: silentLogger,
  });
  return { watch, told, kept };
}

test("a verdict that turns is told, with what it was and what it is", async () => {
  const { watch, told } = watching(["keep_watching", "keep_watching", "promote", "promote"]);
  for (let look = 0; look < 4; look += 1) await watch.look();
  expect(told).toMatchObject([
    {
      type: "verdict_changed",
      subject: "chat~candidate",
      data: { from: "keep_watching", to: "promote", reason: "because", pairs: 40 },
    },
    { type: "experiment_decided", subject: "chat~candidate", data: { to: "promote" } },
  ]);
});

test("a verdict that turned while nobody looked is told once, and remembered by the experiment's events", async () => {
  const { watch, told, kept } = watching(["promote", "promote", "reject"]);
  for (let look = 0; look < 3; look += 1) await watch.look();
  expect(kept.map(({ kind, who, changes, reason }) => [kind, who, changes, reason])).toEqual([
    ["verdict", "guard", { verdict: ["keep_watching", "promote"] }, "because"],
    ["verdict", "guard", { verdict: ["promote", "reject"] }, "because"],
  ]);
  expect(told.map(({ type }) => type)).toEqual(["verdict_changed", "experiment_decided", "verdict_changed"]);
});

test("who waits for a decision is told of it once, and of one that was reached before", async () => {
  const { watch, told, kept } = watching(
    ["keep_watching", "promote_provisional", "promote", "reject", "promote"],
    true,
  );
  for (let look = 0; look < 5; look += 1) await watch.look();
  const decided = told.filter(({ type }) => type === "experiment_decided");
  expect(decided.map(({ data, asked }) => [data["to"], asked])).toEqual([["promote", true]]);
  expect(kept.filter(({ kind }) => kind === "changed")).toMatchObject([
    { who: "guard", changes: { tell_when_decided: [true, false] }, reason: expect.stringContaining("promote") },
  ]);
  // The verdict had turned before anybody asked.
  const late = watching(["promote"], true);
  late.kept.push(...kept);
  await late.watch.look();
  expect(late.told.map(({ type }) => type)).toEqual(["experiment_decided"]);
});

test("neither a database that is away nor an experiment without pairs is a turn", async () => {
  const { watch, told } = watching([null, "keep_watching", new Error("away"), null, "keep_watching"]);
  for (let look = 0; look < 5; look += 1) await watch.look();
  expect(told).toEqual([]);
});
