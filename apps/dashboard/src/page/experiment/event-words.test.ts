import { expect, test } from "vitest";
import { eventText } from "./event-words.ts";

test("an event says what it was and what it became", () => {
  expect(eventText({ kind: "changed", changes: { max_usd_per_day: [2, 5], sample_rate: [0.1, null] } })).toBe(
    "Budget a day $2.00 → $5.00, sample 10.0% → as configured",
  );
  expect(eventText({ kind: "advanced", changes: { share: [5, 25], stage: [0, 1] } })).toBe("Advanced, 25%");
  expect(eventText({ kind: "rolled_back", changes: { share: [25, 0], state: ["running", "rolled_back"] } })).toBe(
    "Rolled back, from 25%",
  );
  expect(eventText({ kind: "verdict", changes: { verdict: ["keep_watching", "promote_provisional"] } })).toBe(
    "Verdict: promote provisional",
  );
  expect(eventText({ kind: "paused", changes: { state: ["running", "paused"] } })).toBe("Paused");
});
