import { createSimulator } from "@understudy/simulator";
import { spawnProcess, stopAll } from "@understudy/testkit";
import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";

afterAll(stopAll);

test("the README's program is examples/sdk.ts, and it runs", async () => {
  const program = await readFile("examples/sdk.ts", "utf8");
  expect(await readFile("README.md", "utf8")).toContain(`\`\`\`ts\n${program}\`\`\``);

  const simulator = createSimulator();
  const { url } = await simulator.start();
  const env = { OPENAI_API_KEY: "sk-test-readme", OPENAI_BASE_URL: `${url}/v1` };
  const run = spawnProcess("node", ["examples/sdk.ts"], { env });
  expect(await run.exit, run.stderr()).toEqual({ code: 0, signal: null });
  const lines = run.lines.map((line) => String(line["text"]));
  expect(lines.filter((line) => line.startsWith("answer: "))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("pair: ok and ok"))).toHaveLength(2);
  await simulator.stop();
});

test("the README's configuration is an example that the check command accepts", async () => {
  const example = await readFile("examples/config.yaml", "utf8");
  expect(await readFile("README.md", "utf8")).toContain(example);
  const check = spawnProcess("node", ["apps/cli/src/main.ts", "check", "examples/config.yaml"]);
  expect(await check.exit).toEqual({ code: 0, signal: null });
});
