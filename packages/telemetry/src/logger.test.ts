import { spawn } from "node:child_process";
import { once } from "node:events";
import { Writable } from "node:stream";
import { type Logger, systemClock } from "@understudy/runtime";
import { describe, expect, test } from "vitest";
import type { CallRecord } from "@understudy/contracts";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { logCall } from "./call-log.ts";
import { captureStream } from "./captured-stream.fixture.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";

const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 2, 12, 3, 4, 512) };

async function linesOf(options: Partial<LoggerOptions>, log: (logger: Logger) => void) {
  const captured = captureStream();
  const logger = createLogger({ service: "gateway", stream: captured.stream, clock, ...options });
  log(logger);
  await logger.close();
  return captured;
}

function logAtEveryLevel(logger: Logger): void {
  logger.debug("d");
  logger.info("i");
  logger.warn("w");
  logger.error("e");
}

function logPrimaryCall(logger: Logger): void {
  logger.info("primary call ok", {
    model_group: "chat",
    total_ms: 812.3,
    pair_id: null,
    changes: [],
    note: "two words",
    attempts: [{ ms: 3 }],
  });
}

describe("JSON lines", () => {
  test("time, level, service and message come first, then the fields as given", async () => {
    const { lines } = await linesOf({}, (logger) => logger.info("ready", { port: 4000, "1": "one" }));
    expect(lines()).toEqual([
      '{"time":"2026-01-02T12:03:04.512Z","level":"info","service":"gateway","message":"ready","1":"one","port":4000}',
    ]);
  });

  test("a field cannot take the place of the line's own keys", async () => {
    const { entries } = await linesOf({}, (logger) => logger.warn("mine", { message: "theirs", level: "x", time: 0 }));
    expect(entries()[0]).toMatchObject({ message: "mine", level: "warn", _message: "theirs", _level: "x", _time: 0 });
  });

  test.each([
    ["debug", ["d", "i", "w", "e"]],
    ["info", ["i", "w", "e"]],
    ["warn", ["w", "e"]],
    ["error", ["e"]],
  ] as const)("at level %s, lines below it are not written", async (level, expected) => {
    const { entries } = await linesOf({ level }, logAtEveryLevel);
    expect(entries().map((entry) => entry["message"])).toEqual(expected);
  });

  test("a line break in a message stays inside its line", async () => {
    const { lines } = await linesOf({}, (logger) => logger.info("one\ntwo"));
    expect(lines()).toHaveLength(1);
  });
});

describe("close", () => {
  test("waits for every line, also those of the same turn, and for a slow stream", async () => {
    let written = "";
    const slow = new Writable({
      highWaterMark: 16,
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString("utf8");
        setImmediate(done);
      },
    });
    const logger = createLogger({ service: "worker", stream: slow });
    for (let index = 0; index < 200; index += 1) logger.info("line", { index });
    await logger.close();
    expect(written.trimEnd().split("\n")).toHaveLength(200);
  });

  test("may be called twice; later lines are dropped and the stream stays open", async () => {
    const captured = captureStream();
    const logger = createLogger({ service: "worker", stream: captured.stream });
    await Promise.all([logger.close(), logger.close()]);
    logger.error("too late");
    expect(captured.text()).toBe("");
    expect(captured.stream.writable).toBe(true);
  });
});

describe("a stream in trouble", () => {
  test("one that reports an error ends neither the process nor the logger", async () => {
    const broken = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    const logger = createLogger({ service: "gateway", stream: broken });
    logger.info("first");
    logger.info("second");
    await logger.close();
    expect(broken.errored).toMatchObject({ code: "EPIPE" });
  });

  test("one that was destroyed or ended is left alone", async () => {
    const destroyed = captureStream();
    destroyed.stream.destroy();
    const ended = captureStream();
    ended.stream.end();
    for (const { stream, text } of [destroyed, ended]) {
      const logger = createLogger({ service: "gateway", stream });
      logger.info("nobody reads this");
      await logger.close();
      expect(text()).toBe("");
    }
  });

  test("a process whose reader has gone finishes its work", async () => {
    const script = `
      import { createLogger } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
      const logger = createLogger({ service: "worker" });
      logger.info("ready");
      process.stdin.once("data", async () => {
        for (let index = 0; index < 500; index += 1) logger.info("line", { index, filler: "x".repeat(500) });
        await logger.close();
        process.stderr.write("finished");
        process.exit(0);
      });`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString("utf8")));
    await once(child.stdout, "data");
    child.stdout.destroy();
    await once(child.stdout, "close");
    child.stdin.write("go\n");
    const [code] = (await once(child, "close")) as [number];
    expect(complaints).toBe("finished");
    expect(code).toBe(0);
  });

  test("one that takes nothing costs bounded memory, and the missing lines are counted", async () => {
    let written = "";
    const held: (() => void)[] = [];
    let holding = true;
    const stuck = new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (chunk.length < 1000) written += chunk.toString("utf8");
        if (holding) held.push(done);
        else done();
      },
    });
    const logger = createLogger({ service: "gateway", stream: stuck });
    const filler = "word ".repeat(10_000);
    for (let index = 0; index < 500; index += 1) logger.info("line", { filler });
    await new Promise(setImmediate);
    expect(stuck.writableLength).toBeLessThan(17 * 1024 * 1024);
    holding = false;
    const drained = once(stuck, "drain");
    for (const done of held) done();
    await drained;
    logger.info("the stream is back");
    await logger.close();
    const [notice, back] = written
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(notice).toMatchObject({ level: "warn", message: "log lines were dropped" });
    expect(notice?.["count"]).toBeGreaterThan(100);
    expect(back).toMatchObject({ message: "the stream is back" });
  });
});

describe("pretty", () => {
  test("one readable line without colours when the stream is no terminal", async () => {
    const { text } = await linesOf({ format: "pretty" }, logPrimaryCall);
    expect(text()).toBe(
      '12:03:04.512 info   gateway  primary call ok  model_group=chat 812ms note="two words" attempts=[{"ms":3}]\n',
    );
  });

  test("colours on a terminal", async () => {
    const captured = captureStream();
    const terminal = Object.assign(captured.stream, { isTTY: true, hasColors: () => true });
    const logger = createLogger({ service: "gateway", format: "pretty", stream: terminal, clock });
    logPrimaryCall(logger);
    await logger.close();
    expect(captured.text()).toContain("\u001B[32minfo \u001B[0m");
  });

  test("a terminal that wants no colours gets none", async () => {
    const captured = captureStream();
    const terminal = Object.assign(captured.stream, { isTTY: true, hasColors: () => false });
    const logger = createLogger({ service: "gateway", format: "pretty", stream: terminal, clock });
    logPrimaryCall(logger);
    await logger.close();
    expect(captured.text()).not.toContain("\u001B");
  });

  test.each<readonly [string, Partial<CallRecord>, string]>([
    ["that went well", {}, "12:03:04  primary   ok           120 ms  gpt-main  $0.25"],
    [
      "that failed, of a name that is too long",
      {
        role: "silent",
        status: "error",
        model_group: `${"界".repeat(20)}\u001B[2J${"x".repeat(300)}`,
        answered_by: null,
        error: { kind: "context_window", status: 400, message: "too long", type: null, code: null, param: null },
      },
      "12:03:04  silent    failed       120 ms  界界界界界界界界界界界…  context_window",
    ],
    [
      "of a name that would command the terminal",
      { model_group: "a\u001B[2J", answered_by: "a\u001B[2J" },
      String.raw`12:03:04  primary   ok           120 ms  a\u001b[2J  $0.25`,
    ],
    [
      "that another group answered, in the end",
      {
        status: "partial",
        answered_by: "backup",
        cost_usd: null,
        timing: { ...sampleCallRecord().timing, total_ms: 61_234 },
      },
      "12:03:04  primary   cut short    61.2 s  gpt-main -> backup",
    ],
  ])("a call %s takes one line of at most 80 columns on a terminal", async (_what, of, shown) => {
    const captured = captureStream();
    const terminal = Object.assign(captured.stream, { isTTY: true, hasColors: () => false });
    const logger = createLogger({ service: "gateway", format: "pretty", stream: terminal, clock });
    logCall(logger, sampleCallRecord(of), {
      pairIds: ["pair_1", "pair_2"],
      experiments: ["a~b", "a~c"],
      logText: true,
    });
    await logger.close();
    expect(captured.lines()).toEqual([shown]);
    const [line = ""] = captured.lines();
    expect(line.length + (line.match(/界/g) ?? []).length).toBeLessThanOrEqual(80);
  });

  test("text from outside cannot forge a line or command the terminal", async () => {
    const { lines, text } = await linesOf({ format: "pretty" }, (logger) =>
      logger.warn("bad\n12:00 error", { "na\nme": "a\u001B[2Jb\u009B1m", "\u0007": "\u0000" }),
    );
    expect(lines()).toHaveLength(1);
    expect(text().trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});
