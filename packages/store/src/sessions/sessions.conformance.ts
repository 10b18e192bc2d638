import { describe, expect, test } from "vitest";

import type { Bench } from "../database/conformance-bench.fixture.ts";

export function sessionsConform(bench: Bench): void {
  describe("sessions", () => {
    test("are known to be ended until they would have ended by themselves", async () => {
      const { store } = bench;
      const now = Date.parse("2026-03-01T00:00:00Z");
      expect(await store.sessions.isEnded("one")).toBe(false);
      await store.sessions.end("one", now - 1, now - 2);
      await store.sessions.end("one", now - 1, now - 2);
      expect(await store.sessions.isEnded("one")).toBe(true);
      expect(await store.sessions.isEnded("another")).toBe(false);
      await store.sessions.end("two", now + 1_000, now);
      expect([await store.sessions.isEnded("one"), await store.sessions.isEnded("two")]).toEqual([false, true]);
    });
  });
}
