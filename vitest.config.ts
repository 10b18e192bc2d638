import { SkipSummary } from "@understudy/testkit/skip-summary";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["apps/*/src/**/*.test.ts", "packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "bench/**/*.test.ts"],
    reporters: ["default", new SkipSummary()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
