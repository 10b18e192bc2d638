import { SkipSummary } from "@understudy/testkit/skip-summary";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["apps/*/src/**/*.test.ts", "packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "bench/**/*.test.ts"],
    reporters: ["default", new SkipSummary()],
    // By itself vitest leaves a core free, and of two that is one file after the other.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A second, as it is by itself, is less than a crowded machine takes to answer a click.
    expect: { poll: { timeout: 60_000 } },
  },
});
