import type { Decision } from "@understudy/contracts";
import type { Report } from "@understudy/evaluation";
import { silentLogger, systemClock } from "@understudy/runtime";
import type { WebhookFact } from "@understudy/telemetry";
import { expect, test } from "vitest";
import { createVerdictWatch } from "./watch-verdicts.ts";

function watching(decisions: readonly (Decision | Error | null)[]) {
  const told: WebhookFact[] = [];
  const left = decisions.values();
  const watch = createVerdictWatch({
    experiments: ["chat~candidate"],
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
  return { watch, told };
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

test("neither a database that is away nor an experiment without pairs is a turn", async () => {
  const { watch, told } = watching([null, "reject", new Error("away"), null, "reject"]);
  for (let look = 0; look < 5; look += 1) await watch.look();
  expect(told).toEqual([]);
});
