import { spawnProcess, stopAll } from "@understudy/testkit";
import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";

afterAll(stopAll);

test("the README's configuration is an example that the check command accepts", async () => {
  const example = await readFile("examples/config.yaml", "utf8");
  expect(await readFile("README.md", "utf8")).toContain(example);
  const check = spawnProcess("node", ["apps/cli/src/main.ts", "check", "examples/config.yaml"]);
  expect(await check.exit).toEqual({ code: 0, signal: null });
});
