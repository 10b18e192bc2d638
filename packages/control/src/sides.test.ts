import type { Rollout } from "@understudy/contracts";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { candidateAnswers, stickyKeyOf } from "./sides.ts";

type Shared = Pick<Rollout, "id" | "state" | "stages" | "stage">;
const at = (share: number, id = "rollout_1"): Shared => ({ id, state: "running", stages: [share], stage: 0 });
const keys = Array.from({ length: 20_000 }, (_, number) => `session ${number}`);
const over = (rollout: Shared) => keys.filter((key) => candidateAnswers(rollout, key));

test("a key that has gone over stays over as the share grows, and nobody flips without a change of stage", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(100), fc.nat(100), (id, key, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      expect(candidateAnswers(at(low, id), key)).toBe(candidateAnswers({ ...at(low, id), state: "held" }, key));
      const goesBack = candidateAnswers(at(low, id), key) && !candidateAnswers(at(high, id), key);
      expect(goesBack).toBe(false);
      expect(candidateAnswers(at(0, id), key)).toBe(false);
      expect(candidateAnswers(at(100, id), key)).toBe(true);
      expect(candidateAnswers({ ...at(100, id), state: "rolled_back" }, key)).toBe(false);
    }),
  );
});

test.each([1, 5, 25, 50])("%d per cent of the keys go over, as chance has it", (share) => {
  const deviation = Math.sqrt((share / 100) * (1 - share / 100) * keys.length);
  expect(Math.abs(over(at(share)).length - (share / 100) * keys.length)).toBeLessThan(4 * deviation);
});

test("another rollout draws anew: of those that one has at 25 per cent, the next has a quarter", () => {
  const first = new Set(over(at(25)));
  const both = over(at(25, "rollout_2")).filter((key) => first.has(key)).length;
  expect(both / first.size).toBeGreaterThan(0.2);
  expect(both / first.size).toBeLessThan(0.3);
});

test("another process finds the same side", () => {
  const program = `
    import { candidateAnswers } from ${JSON.stringify(new URL("sides.ts", import.meta.url).href)};
    const keys = Array.from({ length: 500 }, (_, number) => "session " + number);
    console.log(keys.filter((key) => candidateAnswers(${JSON.stringify(at(25))}, key)).join());`;
  const there = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(there.trim().split(",")).toEqual(over(at(25)).filter((key) => keys.indexOf(key) < 500));
});

test.each([
  ["session", { session: "s", user: "u" }, "session s", true],
  ["session", { session: null, user: "u" }, "user u", true],
  ["user", { session: "s", user: "u" }, "user u", true],
  ["user", { session: "s", user: null }, "session s", true],
  ["request", { session: "s", user: "u" }, "request r", false],
  ["session", { session: null, user: null }, "request r", false],
] as const)("by %s, a request of %j goes by %s", (by, names, key, named) => {
  expect(stickyKeyOf(by, { ...names, requestId: "r" })).toEqual({ key, named });
});

test("of a name as long as a body no more is read than a name needs", () => {
  const { key } = stickyKeyOf("user", { session: null, user: "x".repeat(1_000_000), requestId: "r" });
  expect(key.length).toBeLessThan(600);
});
