import { expect, test } from "vitest";
import { type Welcome, welcome } from "./welcome.ts";

const usual: Welcome = {
  url: "http://127.0.0.1:4000",
  workerUrl: "http://127.0.0.1:34567",
  description: ["configuration examples/candidates.yaml, on simulated models", "queue and pairs in .understudy"],
  mirroring: `primary-model answers; its requests are mirrored to ${"one-candidate, ".repeat(4)}and itself, as the control.`,
  model: "primary-model",
  needsKey: false,
  away: [],
};

test("what is said at start fits 80 columns, and the commands need nothing more where all is as usual", () => {
  const text = welcome(usual);
  for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(text).not.toContain("UNDERSTUDY_");
  expect(text).toContain('"model": "primary-model"');
});

test("where the gateway is elsewhere, or has a key, the terminal is told before", () => {
  const text = welcome({ ...usual, url: "http://0.0.0.0:4123", needsKey: true });
  expect(text).toContain("export UNDERSTUDY_URL=http://127.0.0.1:4123\n");
  expect(text).toContain("export UNDERSTUDY_KEY=");
  const [head, place] = ['curl -H "authorization: Bearer $UNDERSTUDY_KEY" \\', "http://127.0.0.1:4123/api/experiments"];
  expect(text).toContain(`${head}\n      ${place}`);
  for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
});

test("what does not answer is told", () => {
  expect(welcome({ ...usual, away: ["Redis does not answer."] })).toContain("\n  ! Redis does not answer.\n");
});
