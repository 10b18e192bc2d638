import { systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createSessions, SESSION_MS } from "./session.ts";

test("a session holds until its end, with every gateway that has the key, and with no other", () => {
  let now = 1_000;
  const clock = { ...systemClock, now: () => now };
  const token = createSessions("sk-test-master", clock).issue();
  expect(token).not.toContain("sk-test-master");
  const sessions = createSessions("sk-test-master", clock);
  expect(sessions.isValid(token)).toBe(true);
  expect(createSessions("sk-test-other", clock).isValid(token)).toBe(false);
  now += SESSION_MS;
  expect(sessions.isValid(token)).toBe(false);
});

test("a token that was changed, or made up, is none", () => {
  const sessions = createSessions("sk-test-master", systemClock);
  const [end = "", signature = ""] = sessions.issue().split(".");
  const later = String(Number(end) + 1);
  for (const token of ["", ".", end, `${later}.${signature}`, `${end}.${signature.slice(1)}`, `${end}.`, "NaN.AAAA"]) {
    expect(sessions.isValid(token)).toBe(false);
  }
});
