import { expect, test } from "vitest";
import { checkSelection } from "./selection.ts";

function mirrored(admitted: number, of: number, earlierRates: readonly number[] = []) {
  const account = { admitted, paired: admitted, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0 };
  const skipped = { not_sampled: of - admitted };
  return checkSelection({ ...account, skipped }, [], { configuredRate: 0.05, earlierRates }).ok;
}

test("a sample whose rate was changed is held to the rates that were in force, and to no others", () => {
  expect(mirrored(500, 10_000)).toBe(true);
  expect(mirrored(2_000, 10_000)).toBe(false);
  expect(mirrored(2_000, 10_000, [0.5])).toBe(true);
  expect(mirrored(500, 10_000, [0.5])).toBe(true);
  expect(mirrored(7_000, 10_000, [0.5])).toBe(false);
  expect(mirrored(300, 10_000, [0.5])).toBe(false);
});
