import { keepLines } from "@understudy/runtime/fixture";
import { resolveConfig, ownChecksOf, type OwnCheckSet } from "@understudy/config";
import { systemClock } from "@understudy/runtime";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { primaryRecord } from "../job.fixture.ts";
import { createCheckPair } from "./check-pair.ts";
import { createOwnChecker } from "./own-checker.ts";
import { jobNumber } from "../job.fixture.ts";

const { logger, lines } = keepLines();
const checker = createOwnChecker({ clock: systemClock, logger, longestMs: 2_000 });
afterAll(() => checker.service.stop(new AbortController().signal));

const folder = mkdtempSync(path.join(tmpdir(), "understudy-checks-"));
function fileOf(name: string, code: string): string {
  writeFileSync(path.join(folder, name), code);
  return `file://${path.join(folder, name)}`;
}

function setOf(...checks: object[]): OwnCheckSet {
  const model_list = [{ model_name: "main", litellm_params: { model: "openai/x" } }];
  const set = ownChecksOf(resolveConfig({ model_list, mirror_settings: { checks } }, {}).ownChecks, "main");
  if (set === null) throw new Error("there is none");
  return set;
}

const answer = (text: string) => ({ text, refusal: null, tool_calls: [], finish_reason: "stop", choices: 1 });
const request = JSON.stringify({ messages: [{ role: "user", content: "Hello" }] });

async function checked(set: OwnCheckSet, primary: string, silent: string) {
  const { results } = await checker.check(
    set,
    { primary: answer(primary), silent: answer(silent), api: "chat", request },
    "pair_1",
  );
  return results.map((result) => [result.primary, result.silent]);
}

const HELLO = { type: "contains", value: "a" };

test("both answers are held to every check", async () => {
  const polite = fileOf(
    "polite.js",
    "export default (output, context) => output.includes('please') && context.prompt.includes('Hello');",
  );
  const scored = fileOf(
    "scored.cjs",
    "module.exports = { async score(output) { return { pass: true, score: output.length / 10, reason: '' }; } };",
  );
  const set = setOf(
    { type: "is-json" },
    { type: "javascript", value: polite },
    { type: "javascript", value: `${scored}:score`, threshold: 1 },
    { type: "not-javascript", value: polite },
  );
  expect(await checked(set, "please wait", "{}")).toEqual([
    ["fail", "pass"],
    ["pass", "fail"],
    ["pass", "fail"],
    ["fail", "pass"],
  ]);
});

describe("a check that runs away says nothing of that answer, and takes no other check with it:", () => {
  const EVIL = "a".repeat(60);
  const scripts = {
    "a script that loops": "export default (output) => { if (output.startsWith('aaa')) for (;;); return true; };",
    "a script that never answers":
      "export default (output) => (output.startsWith('aaa') ? new Promise(() => {}) : true);",
    "a script that fills the memory":
      "export default (output) => { const all = []; while (output.startsWith('aaa')) all.push(Array.from({ length: 1000 }, () => ({ output }))); return true; };",
    "a script that ends its process":
      "export default (output) => { if (output.startsWith('aaa')) process.exit(1); return true; };",
    "a script that throws":
      "export default (output) => { if (output.startsWith('aaa')) throw new Error('no'); return true; };",
    "a script that says nothing": "export default (output) => (output.startsWith('aaa') ? undefined : true);",
  };
  const cases = [
    ["a pattern", { type: "not-regex", value: "^(a+)+$" }] as const,
    ...Object.entries(scripts).map(
      ([what, code], index) => [what, { type: "javascript", value: fileOf(`runaway-${index}.mjs`, code) }] as const,
    ),
  ];

  test.each(cases)("%s", async (_, runaway) => {
    const before = lines.length;
    const set = setOf(HELLO, runaway, HELLO);
    const pairs = [checked(set, `b a`, `${EVIL}!`), checked(set, `${EVIL}!`, "b a"), checked(set, "b a", "c")];
    expect(await Promise.all(pairs)).toEqual([
      [
        ["pass", "pass"],
        ["pass", "not_run"],
        ["pass", "pass"],
      ],
      [
        ["pass", "pass"],
        ["not_run", "pass"],
        ["pass", "pass"],
      ],
      [
        ["pass", "fail"],
        ["pass", "pass"],
        ["pass", "fail"],
      ],
    ]);
    expect(lines.slice(before).map(({ message }) => message)).toEqual(Array(2).fill("a check could not be run"));
  });
});

test("what cannot be run at all is a fault at the start", async () => {
  const faults = async (...checks: object[]) =>
    (await checker.faultsOf(setOf(...checks))).map(({ problem }) => problem);
  expect(
    await faults(HELLO, { type: "javascript", value: fileOf("none.js", "export const a = 1;"), metric: "mine" }),
  ).toEqual(["mine cannot be run: it exports no function as its default"]);
  expect(await faults({ type: "javascript", value: fileOf("wrong.js", "export default (") })).toEqual([
    expect.stringContaining("cannot be run: Unexpected"),
  ]);
  expect(await faults({ type: "is-json", value: { $ref: "#/$defs/none" } }, HELLO)).toEqual([
    expect.stringContaining("is-json cannot be run: Unresolved $ref"),
  ]);
});

test("a pair without two answers is held to nothing, and says which checks were asked for", async () => {
  const set = setOf(HELLO);
  const check = createCheckPair({ "*": set }, checker);
  const failed = primaryRecord({ status: "error", answer: null });
  expect(await check(jobNumber(1), failed)).toEqual({ set: set.id, results: [] });
  expect(await createCheckPair({ other: set }, checker)(jobNumber(2), failed)).toBeNull();
});
