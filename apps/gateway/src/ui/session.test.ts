import { systemClock } from "@understudy/runtime";
import { expect, test } from "vitest";
import { createSessions, SESSION_MS } from "./session.ts";

test("a session holds until its end, with every gateway that has the key, and with no other", () => {
  let now = 1_000;
  const clock = { ...systemClock, now: () => now };
  const token = createSessions("sk-test-master", clock).issue();
  expect(token).not.toContain("sk-test-master");
  const sessions = createSessions("sk-test-master", clock);
  expect(sessions.read(token)).toEqual({ id: token.split(".")[1], endsAt: 1_000 + SESSION_MS });
  expect(createSessions("sk-test-other", clock).read(token)).toBeNull();
  now += SESSION_MS;
  expect(sessions.read(token)).toBeNull();
});

test("a token that was changed, or made up, is none", () => {
  const sessions = createSessions("sk-test-master", systemClock);
  const [end = "", id = "", signature = ""] = sessions.issue().split(".");
  const later = String(Number(end) + 1);
  const made = [
    "",
    ".",
    "..",
    end,
    `${later}.${id}.${signature}`,
    `${end}.${id}x.${signature}`,
    `${end}..${signature}`,
  ];
  for (const token of [
    ...made,
    `${end}.${id}.${signature.slice(1)}`,
    `${end}.${id}.`,
    `${end}.${signature}`,
    "NaN.A.A",
  ]) {
    expect(sessions.read(token)).toBeNull();
  }
});
