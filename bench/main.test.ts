import { describeWith, spawnProcess, stopAll } from "@understudy/testkit";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "the overhead benchmark", () => {
  test("runs from beginning to end, and closes with its figures", async () => {
    const flags = ["--rounds", "1", "--requests", "50", "--json"];
    const bench = spawnProcess("node", [MAIN, "overhead", ...flags], { env: { NODE_NO_WARNINGS: "1" } });
    expect(await bench.exit, bench.stderr()).toEqual({ code: 0, signal: null });

    const report = bench.lines.at(-1);
    expect(report).toMatchObject({ program: "overhead", machine: { cores: expect.any(Number) }, setup: { rounds: 1 } });
    const rows = report?.["rows"] as readonly Record<string, unknown>[];
    const contestants = ["upstream itself", "bare pass-through", "gateway, mirroring off", "gateway, mirroring on"];
    expect(rows.map((row) => row["contestant"])).toEqual([...contestants, ...contestants]);
    for (const row of rows) expect(row["p50 ms"]).toBeGreaterThan(0);
    expect(rows[0]).toMatchObject({ "added p50": 0, "times p99": 1 });
    expect(bench.lines).toContainEqual({ text: expect.stringMatching(/^request +contestant +p50 ms/) });
  });
});

test.each([
  [["overtime"], "there is no overtime"],
  [[], "which one?"],
  [["overhead", "--rounds", "0"], "--rounds: 0 is no whole number above 0"],
  [["faults", "--while", "Mercury"], '--while: none of "nothing is wrong", '],
  [["overhead", "--pace", "1"], "Unknown option '--pace'"],
])("%j is told what to write instead", async (args, message) => {
  const bench = spawnProcess("node", [MAIN, ...args]);
  expect(await bench.exit).toEqual({ code: 1, signal: null });
  expect(bench.stderr()).toContain(message);
  expect(bench.stderr()).toContain("Usage: npm run bench -- overhead|throughput|worker|mirror");
});
