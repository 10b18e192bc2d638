import { type Clock, systemClock } from "@understudy/runtime";
import { afterEach, expect, test } from "vitest";
import { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
import { post, question } from "./client.fixture.ts";

const running: Simulator[] = [];
afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.stop())));

async function started(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; url: string }> {
  const simulator = createSimulator(options);
  running.push(simulator);
  return { simulator, url: (await simulator.start()).url };
}

const HELLO = question("gpt-4o", "Hello!");

test("a request is remembered as it came, and as it ended", async () => {
  const { simulator, url } = await started();
  const arrived = simulator.nextRequest();
  const ended = simulator.nextEnd();
  await (await post(url, HELLO, { headers: { "x-test": "yes" } })).text();
  const request = await arrived;
  expect(request).toMatchObject({ method: "POST", path: "/v1/chat/completions", body: HELLO, model: "gpt-4o" });
  expect(request.headers["x-test"]).toBe("yes");
  expect(await ended).toBe(request);
  expect(request).toMatchObject({ end: "answered", status: 200 });
  expect(simulator.requests()).toEqual([request]);
  expect([simulator.requestCount(), simulator.inFlight()]).toEqual([1, 0]);
});

test("waiting for the first looks back, waiting for the next does not", async () => {
  const { simulator, url } = await started();
  await (await post(url, HELLO)).text();
  const first = await simulator.firstRequest();
  const next = simulator.nextRequest(({ model }) => model === "gpt-4");
  await (await post(url, HELLO)).text();
  await (await post(url, question("gpt-4", "Hello!"))).text();
  expect((await next).model).toBe("gpt-4");
  expect(simulator.requests()[0]).toBe(first);
});

test("a client that leaves in the middle of a stream stops it", async () => {
  const waits: (AbortSignal | undefined)[] = [];
  const sleep: Clock["sleep"] = (ms, signal) => {
    waits.push(signal);
    return systemClock.sleep(ms, signal);
  };
  const { simulator, url } = await started({ clock: { ...systemClock, sleep } });
  const leaving = new AbortController();
  const ended = simulator.nextEnd();
  const body = question("gpt-4o@slow-tokens-60000", "Hello!", { stream: true });
  const response = await post(url, body, { signal: leaving.signal });
  expect((await response.body?.getReader().read())?.value?.length).toBeGreaterThan(0);
  expect(simulator.inFlight()).toBe(1);
  leaving.abort();
  expect(await ended).toMatchObject({ end: "aborted", status: 200 });
  expect(simulator.inFlight()).toBe(0);
  expect(waits.map((signal) => signal?.aborted)).toEqual([true]);
});

test("only the last requests are kept, and none when told so", async () => {
  const { simulator, url } = await started({ remember: 2 });
  for (const model of ["a", "b", "c", "d", "e"]) await (await post(url, question(model, "Hello!"))).text();
  expect(simulator.requests().map(({ model }) => model)).toEqual(["d", "e"]);
  expect(simulator.requestCount()).toBe(5);

  const { simulator: forgetful, url: otherUrl } = await started({ remember: 0 });
  const heard: (string | null)[] = [];
  const unlisten = forgetful.onRequest(({ model }) => heard.push(model));
  await (await post(otherUrl, HELLO)).text();
  unlisten();
  await (await post(otherUrl, HELLO)).text();
  expect([forgetful.requests(), forgetful.requestCount(), heard]).toEqual([[], 2, ["gpt-4o"]]);
});

test("reset forgets requests and scripts", async () => {
  const { simulator, url } = await started();
  simulator.script("gpt-4o", "fail-500");
  expect((await post(url, HELLO)).status).toBe(500);
  simulator.reset();
  expect([simulator.requests(), simulator.requestCount()]).toEqual([[], 0]);
  expect((await post(url, HELLO)).status).toBe(200);
});

test("stopping breaks off what is under way, and the same port can be started again", async () => {
  const { simulator, url } = await started();
  const arrived = simulator.nextRequest();
  const ended = simulator.nextEnd();
  const hanging = post(url, question("sim-hang", "Hello!"));
  await Promise.all([expect(hanging).rejects.toThrow("fetch failed"), arrived.then(() => simulator.stop())]);
  expect((await ended).end).toBe("aborted");
  await expect(post(url, HELLO)).rejects.toThrow("fetch failed");
  await simulator.stop();
  await simulator.start(Number(new URL(url).port));
  expect((await post(url, HELLO)).status).toBe(200);
});

test("a port that is taken is an error", async () => {
  const { url } = await started();
  await expect(createSimulator().start(Number(new URL(url).port))).rejects.toThrow("EADDRINUSE");
});
