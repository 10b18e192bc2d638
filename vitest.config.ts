import { LongestFirst } from "@understudy/testkit/longest-first";
import { SkipSummary } from "@understudy/testkit/skip-summary";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Packages that keep nothing between two calls: their files share a process, as starting one takes longer than most of them do. */
const PURE = ["apis", "config", "evaluation", "providers"].map((name) => `packages/${name}/src/**/*.test.ts`);
const ALL = ["apps/*/src/**/*.test.ts", "packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "bench/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "whole", include: ALL, exclude: ["**/node_modules/**", ...PURE] } },
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
    ],
    reporters: ["default", new SkipSummary()],
    sequence: { sequencer: LongestFirst },
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
