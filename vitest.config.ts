import { SkipSummary } from "@understudy/testkit/skip-summary";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["apps/*/src/**/*.test.ts", "packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "bench/**/*.test.ts"],
    reporters: ["default", new SkipSummary()],
    // By itself vitest leaves a core free, and of two that is one file after the other.
    maxWorkers: Math.max(2, availableParallelism()),
    // Hundreds of files, and the processes they start, load the same packages: compiled once, they are read from where gateway
    // and worker keep what they compile.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node/", import.meta.url)) },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A second, as it is by itself, is less than a crowded machine takes to answer a click.
    expect: { poll: { timeout: 60_000 } },
  },
});
