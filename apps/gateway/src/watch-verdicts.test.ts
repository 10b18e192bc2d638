import type { Decision, ExperimentEvent } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { silentLogger, systemClock } from "@understudy/runtime";
import type { WebhookFact } from "@understudy/telemetry";
import { expect, test } from "vitest";
import { createVerdictWatch } from "./watch-verdicts.ts";

function watching(decisions: readonly (Decision | Error | null)[]) {
  const told: WebhookFact[] = [];
  const left = decisions.values();
  const kept: ExperimentEvent[] = [];
  const watch = createVerdictWatch({
    experiments: () => ["chat~candidate"],
    events: {
      events: () => Promise.resolve(kept.toReversed()),
      addEvent(event) {
        const added = { ...event, id: String(kept.length), at: 0 };
        kept.push(added);
        return Promise.resolve(added);
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

test("neither a database that is away nor an experiment without pairs is a turn", async () => {
  const { watch, told } = watching([null, "keep_watching", new Error("away"), null, "keep_watching"]);
  for (let look = 0; look < 5; look += 1) await watch.look();
  expect(told).toEqual([]);
});
