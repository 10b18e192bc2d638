import { afterEach, expect, test } from "vitest";

import { stopAll } from "./closing.ts";
import { spawnProcess } from "./managed-process.ts";

afterEach(stopAll);

const stayAlive = "setInterval(() => {}, 60_000);";

function script(code: string, env: Record<string, string> = {}): ReturnType<typeof spawnProcess> {
  return spawnProcess("node", ["-e", code], { env });
}

test("reads JSON lines as objects and others as text", async () => {
  const child = script(`console.log("hello"); console.log(JSON.stringify({ message: "ready", port: 1 }));`);
  expect(await child.line((line) => line["message"] === "ready")).toEqual({ message: "ready", port: 1 });
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.lines[0]).toEqual({ text: "hello" });
});

test("a line that never comes is refused with what the process said", async () => {
  const child = script(`console.error("the port is taken"); process.exitCode = 3;`);
  await expect(child.line(() => true)).rejects.toThrow(/ended with code 3[^]*the port is taken/);
});

test("a line that takes too long is refused while the process goes on", async () => {
  const child = script(`console.log("one"); ${stayAlive}`);
  await child.line(({ text }) => text === "one");
  await expect(child.line(({ text }) => text === "two", 50)).rejects.toThrow("no such line within 50 ms");
  child.kill();
  expect(await child.exit).toEqual({ code: null, signal: "SIGTERM" });
});

test("a program that is not there is an error of exit and of line", async () => {
  const child = spawnProcess("no-such-program", []);
  await expect(child.line(() => true)).rejects.toThrow("ENOENT");
  await expect(child.exit).rejects.toThrow("ENOENT");
});

test("only what is given reaches the environment", async () => {
  process.env["OPENAI_API_KEY"] = "sk-test-developer";
  const child = script(`console.log(JSON.stringify(process.env));`, { GIVEN: "yes" });
  const environment = await child.line((line) => "GIVEN" in line);
  delete process.env["OPENAI_API_KEY"];
  expect(environment).not.toHaveProperty("OPENAI_API_KEY");
});

test("stopAll kills what still runs", async () => {
  const child = script(`process.on("SIGTERM", () => {}); console.log("up"); ${stayAlive}`);
  await child.line(({ text }) => text === "up");
  await stopAll();
  expect(await child.exit).toEqual({ code: null, signal: "SIGKILL" });
});
