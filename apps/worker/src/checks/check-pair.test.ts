import type { OwnCheckResult } from "@understudy/evaluation";
import { expect, test } from "vitest";
import { jobNumber, primaryRecord, simulatedConfig } from "../job.fixture.ts";
import { createCheckPair } from "./check-pair.ts";
import type { OwnChecker } from "./own-checker.ts";

const settings = { mirror_settings: { checks: [{ type: "contains", value: "Hello" }] } };
const { ownChecks } = simulatedConfig("http://127.0.0.1:1", {}, settings);

const passes: OwnCheckResult = { name: "contains", type: "contains", primary: "pass", silent: "pass" };
const checker: OwnChecker = {
  check: ({ id, checks }) => Promise.resolve({ set: id, results: checks.map(() => passes) }),
  faultsOf: () => Promise.resolve([]),
  service: { name: "checks", start: () => Promise.resolve(), stop: () => Promise.resolve() },
};

test("answers in words are held to the operator's checks, and vectors to none", async () => {
  const check = createCheckPair(ownChecks, checker);
  const words = await check(jobNumber(1), primaryRecord());
  expect(words?.results).toEqual([passes]);
  const embedded = primaryRecord({ operation: "embeddings" });
  expect(await check(jobNumber(2, { primary: embedded }), embedded)).toBeNull();
});
