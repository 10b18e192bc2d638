import type { ExperimentDetail } from "@understudy/store";
import { describeWith, stopAll } from "@understudy/testkit";
import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { chatBody, experimentWhen, send, startSystem, type System } from "./support/system.ts";

/** Requests sent so far: each must have its outcome in the end. */
let asked = 0;

/** What a client can tell: status and answer, with what differs by nature (ids, times) taken out. */
interface Seen {
  readonly status: number;
  readonly content: unknown;
  readonly ms: number;
}

const PROMPTS = ["What is the capital of France?", "What is 12 times 12?", "Translate 'good morning' into German."];

/** Half of the shortest wait that mirroring knows (a Redis command's 2 s): whoever waits for it is found out. */
const PATIENCE_MS = 1_000;

afterAll(stopAll);

await describeWith({ redis: true, postgres: true }, "the primary's answers are as before", () => {
  let system: System;
  let before: readonly Seen[];

  beforeAll(async () => {
    // A short timeout and no retries, so that the silent model's troubles end within the test.
    const more = "mirror_settings: { timeout: 2, retries: 0, concurrency: 64 }";
    system = await startSystem({ silent: "silent-under-test", more, appendonly: true });
    before = await ask(system);
  });

  afterEach(() => system.simulator.script("silent-under-test", null));

  for (const fault of ["hang", "fail-500", "fail-400", "cut", "huge-8000000", "bad-json"]) {
    test(`with the silent model doing: ${fault}`, async () => {
      system.simulator.script("silent-under-test", fault);
      expectSame(await ask(system), before);
    });
  }

  test("and where processors are few, who answers has them before who mirrors", () => {
    const usual = getPriority();
    const priorities = (pid: number | undefined): readonly number[] =>
      readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)));
    expect(Math.min(...priorities(system.workers[0]?.pid))).toBe(usual + 10);
    // Of the gateway's threads only the one behind the answers.
    const gateways = priorities(system.gateway.pid);
    expect(gateways.filter((priority) => priority === usual)).toHaveLength(gateways.length - 1);
    expect(Math.max(...gateways)).toBe(usual + 5);
  });

  test("with the worker stopped", async () => {
    system.workers[0]?.kill("SIGSTOP");
    expectSame(await ask(system), before);
    system.workers[0]?.kill("SIGCONT");
  });

  test("with Redis hanging, then gone, then back; and nothing of it is lost", async () => {
    await system.redis.pause();
    expectSame(await ask(system), before);
    await system.redis.resume();
    await system.redis.kill();
    expectSame(await ask(system), before);
    await system.redis.restart();
    expectSame(await ask(system), before);
    const ended = ({ counts }: ExperimentDetail): boolean => counts.admitted >= asked && counts.pending === 0;
    const { counts } = await experimentWhen(system.url, ended);
    expect(counts.admitted).toBe(asked);
    expect(counts.paired + counts.failed).toBe(asked);
    expect(counts.dropped).toEqual({});
  });
});

async function ask(system: System): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const prompt of PROMPTS) {
    for (const stream of [false, true]) seen.push(await askOnce(system.url, chatBody(prompt, { stream })));
  }
  return seen;
}

async function askOnce(url: string, body: string): Promise<Seen> {
  asked += 1;
  const started = performance.now();
  const response = await send(url, body);
  const text = await response.text();
  const ms = performance.now() - started;
  return { status: response.status, content: text.startsWith("{") ? contentOf(text) : streamedContentOf(text), ms };
}

function contentOf(text: string): unknown {
  return (JSON.parse(text) as { choices: unknown }).choices;
}

function streamedContentOf(text: string): readonly unknown[] {
  const events = text.split("\n\n").filter((event) => event.startsWith("data: {"));
  return events.map((event) => contentOf(event.slice("data: ".length)));
}

function expectSame(now: readonly Seen[], before: readonly Seen[]): void {
  const withoutTime = ({ status, content }: Seen): object => ({ status, content });
  expect(now.map(withoutTime)).toEqual(before.map(withoutTime));
  expect(before.every(({ status }) => status === 200)).toBe(true);
  // One may be slow by chance: whoever waits for what is away waits each time.
  const sorted = now.map(({ ms }) => ms).toSorted((one, other) => one - other);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(PATIENCE_MS);
}
