import { pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const EXPERIMENT = "primary-model~equal-and-cheaper";
let url = "";

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-experiments-"));
  const up = spawnProcess("node", ["apps/cli/src/main.ts", "up", "--port", "0", "--data-dir", folder]);
  url = String((await up.line((line) => line["message"] === "understudy listens"))["url"]);
  // Experiments are listed with their first request.
  const body = JSON.stringify({ model: "primary-model", messages: [{ role: "user", content: "Say hello." }] });
  const headers = { "content-type": "application/json" };
  await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
  const listed = () => understudy("experiments").then(({ text }) => text);
  await pollUntil(listed, { until: (text) => text.includes(EXPERIMENT), timeoutMs: 60_000 });
});
afterAll(stopAll);

/** Runs the command line; what it prints, and its exit code. */
async function understudy(...args: readonly string[]) {
  const run = spawnProcess("node", ["apps/cli/src/main.ts", ...args], { env: { UNDERSTUDY_URL: url } });
  const { code } = await run.exit;
  const text = run.lines.map((line) => (typeof line["text"] === "string" ? line["text"] : JSON.stringify(line)));
  return { code, text: text.join("\n"), error: run.stderr() };
}

describe("experiments on the command line", { timeout: 240_000 }, () => {
  test("are paused, changed and set back, and tell what was done", async () => {
    expect((await understudy("pause", EXPERIMENT, "--reason", "the month is dear")).text).toContain("is paused");
    expect((await understudy("resume", EXPERIMENT)).text).toContain(`${EXPERIMENT} is running`);
    const set = await understudy("set", EXPERIMENT, "--sample-rate", "12.5%", "--max-usd-per-day", "$20");
    expect(set.text).toMatch(/sample rate +│ 12\.5 % +│ 100 %/);
    expect((await understudy("set", EXPERIMENT, "--sample-rate", "config")).text).toMatch(/sample rate +│ 100 %/);
    const shown = (await understudy("experiments", EXPERIMENT)).text;
    expect(shown).toMatch(/max usd per day +│ \$20 +│ -/);
    expect(shown).toMatch(/changed: sample rate 12\.5 % -> config {2}\(api\)/);
    expect(shown).toMatch(/paused: state running -> paused {2}\(api: the month is dear\)/);
    const listed = await understudy("experiments");
    expect(listed.text).toContain("$20*");
    expect(Math.max(...listed.text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("are handed over stage by stage and taken back", async () => {
    const unasked = await understudy("promote", EXPERIMENT);
    expect([unasked.code, unasked.text]).toEqual([1, ""]);
    expect(unasked.error).toContain("not promote");
    const begun = await understudy(
      "promote",
      EXPERIMENT,
      "--force",
      "--reason",
      "a try",
      "--stages",
      "10,50,100",
      "--by-hand",
    );
    const [id = ""] = /rol_[0-9a-f]+/.exec(begun.text) ?? [];
    expect(begun.text).toContain(`${id} is running: 10 % of primary-model to equal-and-cheaper (a try)`);
    expect((await understudy("rollouts", id, "advance")).text).toContain("is running: 50 %");
    expect((await understudy("pause", id)).text).toContain("is held: 50 %");
    expect((await understudy("rollouts", id)).text).toContain("stages 10 %  [50 %]  100 %, by session");
    const rolled = await understudy("rollback", EXPERIMENT, "--reason", "enough");
    expect(rolled.text).toBe(`${id} is rolled back: 0 % of primary-model to equal-and-cheaper (enough)`);
    expect((await understudy("rollouts")).text).toMatch(new RegExp(`${id} │ ${EXPERIMENT} │ rolled back │ 0 %`));
    expect((await understudy("rollback", EXPERIMENT)).error).toContain("nothing is handed over now");
  });

  test("can be added, and what is written wrongly is told with how it is meant", async () => {
    expect((await understudy("experiments", "add", "primary-model", "referee", "--sample-rate", "0.2")).text).toContain(
      "primary-model~referee is running",
    );
    const wrong = [
      [["experiments", "add", "primary-model", "refere"], "did you mean referee?"],
      [["experiment"], "did you mean experiments?"],
      [["set", EXPERIMENT], "say what is to be set"],
      [["set", EXPERIMENT, "--sample-rate", "3"], "write a share from 0 to 1"],
      [["promote", EXPERIMENT, "--watch", "long"], "write it as 14d or 12h"],
      [["pause", "nobody"], "There is no experiment nobody"],
    ] as const;
    for (const [args, fix] of wrong) {
      const { code, error } = await understudy(...args);
      expect([code, error]).toEqual([1, expect.stringContaining(fix)]);
    }
  });
});
