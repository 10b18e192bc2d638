import { expect, test } from "vitest";
import { Budget } from "./budget.ts";

const nothing = { spent_usd: 0, settled_estimate_usd: 0, pending_estimate_usd: 0 };
const requests = (count: number, claimed = false) => Array.from({ length: count }, () => ({ estimateUsd: 1, claimed }));

test("as many fit in as the cap has room for beside what is spent and on its way", () => {
  const budget = new Budget(10, { spent_usd: 3, settled_estimate_usd: 3, pending_estimate_usd: 2 });
  expect(budget.affordable(requests(9))).toHaveLength(5);
  // Claimed by an earlier run, they are among what is on its way.
  expect(budget.affordable(requests(9, true))).toHaveLength(9);
  for (const request of requests(4)) budget.sent(request);
  expect(budget.affordable(requests(9))).toHaveLength(1);
});

test("a candidate that turns out dearer makes the rest dearer, and a cheaper one leaves room as it comes", () => {
  const dearer = new Budget(10, nothing);
  for (const request of requests(2)) dearer.sent(request);
  dearer.settled(1, 2, true);
  expect(dearer.affordable(requests(9))).toHaveLength(3);
  const cheaper = new Budget(10, nothing);
  for (const request of requests(10)) cheaper.sent(request);
  expect(cheaper.affordable(requests(9))).toHaveLength(0);
  for (let ended = 0; ended < 10; ended += 1) cheaper.settled(1, 0.5, true);
  expect([cheaper.spentUsd, cheaper.affordable(requests(9)).length]).toEqual([5, 5]);
});

test("a cost that stays unknown counts as estimated where there was an answer, and as nothing where there was none", () => {
  const budget = new Budget(10, nothing);
  budget.settled(1, null, true);
  budget.settled(1, null, false);
  expect(budget.spentUsd).toBe(1);
});

test("without a cap everything fits in", () => {
  const budget = new Budget(null, nothing);
  expect(budget.affordable(requests(1_000))).toHaveLength(1_000);
  budget.sent({ estimateUsd: null, claimed: false });
  expect(budget.estimatedUsd).toBeNull();
});
