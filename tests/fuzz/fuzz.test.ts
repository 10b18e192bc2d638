import { afterAll, describe, expect, test } from "vitest";
import { createRunner } from "./fuzz-runner.ts";
import { SUBJECT_NAMES, targetsOf } from "./targets.ts";

// A minute of the fuzz suite, with the same inputs each time. An hour of it, with others: npm run fuzz -- --minutes 60

const SEED = 20_261_128;

const runner = createRunner();
afterAll(() => runner.close());

describe.each(SUBJECT_NAMES)("%s", async (subject) => {
  for (const { name, runs, pending } of await targetsOf(subject)) {
    test.skipIf(pending !== undefined)(`${name}, ${runs} inputs`, { timeout: 180_000 }, async () => {
      const { failure } = await runner.run({ name, seed: SEED, runs });
      expect(failure, `again: npm run fuzz -- --only "${name}" --seed ${SEED} --path ${failure?.path}`).toBeNull();
    });
  }
});
