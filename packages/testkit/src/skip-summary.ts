import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

/**
 * Ends a test run with one line of counts, `N passed, N failed, N skipped`, after a line that says why tests were
 * skipped. A file or a hook that failed counts as one failure: its tests never ran.
 */
export class SkipSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    process.stdout.write(`\n${summaryOf(modules, unhandledErrors.length).join("\n")}\n`);
  }
}

/** The lines of the summary: the counts last. */
export function summaryOf(modules: readonly TestModule[], unhandledErrors: number): readonly string[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const passed = tests.filter((test) => test.result().state === "passed").length;
  const failed = tests.filter((test) => test.result().state === "failed").length;
  const skipped = tests.filter((test) => ["skipped", "pending"].includes(test.result().state));
  const brokenSuites = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter(isBroken).length;
  const counts = `${passed} passed, ${failed + brokenSuites + unhandledErrors} failed, ${skipped.length} skipped`;
  return skipped.length === 0 ? [counts] : [reasonsOf(skipped), counts];
}

function isBroken(suite: TestModule | TestSuite): boolean {
  return suite.errors().length > 0;
}

function reasonsOf(skipped: readonly TestCase[]): string {
  const byReason = Map.groupBy(skipped, reasonOf);
  const parts = [...byReason].map(([reason, tests]) => `${reason}: ${tests.length}`);
  return `skipped: ${skipped.length} (${parts.join(", ")})`;
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const reason = /\[skipped: (.+)\]/.exec(test.fullName)?.[1];
  if (reason !== undefined) return reason;
  return (result.state === "skipped" ? result.note : undefined) ?? "not chosen, or marked to be skipped";
}
