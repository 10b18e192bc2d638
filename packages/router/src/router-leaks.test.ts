import { createSkippingClock } from "@understudy/runtime/fixture";
import { getEventListeners } from "node:events";
import { afterAll, describe, expect, test } from "vitest";
import { createAxiosTransport } from "./transport/axios-transport.ts";
import { requestFor, streamed, useSimulator } from "./call/router.fixture.ts";

const fixture = useSimulator();
const { simulator } = fixture;

const axios = createAxiosTransport({ connectTimeoutMs: 60_000, maxConnections: 64 });
afterAll(() => axios.close());

const FAULTS = [null, "fail-500", "cut", "fail-400", "reset", "stream-error", "bad-json", "fail-429", "empty-body"];

describe.each([
  ["undici", fixture.transport],
  ["axios", axios],
])("200 calls over %s with one signal", (_, transport) => {
  test("leave no listener and no timer behind", async () => {
    const clock = createSkippingClock();
    const settings = { fallbacks: [{ chat: ["other"] }], disable_cooldowns: true, stream_timeout: 60 };
    const router = fixture.router(
      [
        ["chat", "gpt-4o"],
        ["chat", "gpt-4"],
        ["other", "gpt-4.1"],
      ],
      settings,
      { clock, transport },
    );
    const { signal } = new AbortController();

    async function placeCall(index: number): Promise<void> {
      const body = index % 2 === 0 ? streamed("chat") : requestFor(router, "chat").body;
      const call = await router.call(requestFor(router, "chat", { body, signal }));
      try {
        for await (const chunk of call.body) {
          if (index % 10 === 0) break;
          void chunk;
        }
      } catch {
        // A cut stream: that is what is tried here.
      }
      call.record();
    }

    const coming = Array.from({ length: 400 }, (_none, index) => FAULTS[index % FAULTS.length] ?? null);
    for (const model of ["gpt-4o", "gpt-4", "gpt-4.1"]) simulator.scriptOnce(model, coming);
    await Promise.all(Array.from({ length: 200 }, (_none, index) => placeCall(index)));
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(clock.timers()).toBe(0);
  });
});
