import type { Writable } from "node:stream";
import { type Clock, type LogFields, type Logger, systemClock } from "@understudy/runtime";
import winston from "winston";
import { jsonLayout, type Layout, type Level, prettyLayout, terminalLayout } from "./layouts.ts";
import { createLineSink } from "./line-sink.ts";
import { type LogEntry, writeLine } from "./log-line.ts";
import { createRedactor } from "./redaction.ts";

export interface LoggerOptions {
  /** `gateway`, `worker`, … */
  readonly service: string;
  /** Lines below it are not written. `info` unless set. */
  readonly level?: Level;
  /** `json` unless set. */
  readonly format?: "json" | "pretty";
  /** Replaced wherever they occur. Those under 4 characters are not searched for. */
  readonly secrets?: readonly string[];
  /** Standard output unless set. Never ended by the logger. */
  readonly stream?: Writable;
  readonly clock?: Clock;
}

export interface ClosableLogger extends Logger {
  /** Resolves when the stream has taken every line. Later lines are dropped. */
  close(): Promise<void>;
}

const LEVELS: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

// The name under which winston's transports look for the finished line.
const LINE = Symbol.for("message");

/** A logger that writes redacted lines to a stream. It never throws, whatever it is given and whatever the stream does. */
export function createLogger(options: LoggerOptions): ClosableLogger {
  const { service, level = "info", stream = process.stdout, clock = systemClock } = options;
  const layout = options.format === "pretty" ? layoutFor(stream) : jsonLayout;
  const line = { service, layout, redactor: createRedactor(options.secrets ?? []) };

  const sink = createLineSink(stream, (count) =>
    writeLine({ time: clock.now(), level: "warn", message: "log lines were dropped", fields: { count } }, line),
  );
  const lines = winston.createLogger({
    level,
    levels: LEVELS,
    format: winston.format((info) => Object.assign(info, { [LINE]: writeLine(info["entry"] as LogEntry, line) }))(),
    transports: [new winston.transports.Stream({ stream: sink, eol: "\n" })],
  });

  let closing: Promise<void> | undefined;
  const log = (at: Level, message: string, fields?: LogFields): void => {
    if (LEVELS[at] > LEVELS[level] || closing !== undefined) return;
    lines.log({ level: at, message: "", entry: { time: clock.now(), level: at, message, fields } satisfies LogEntry });
  };

  return {
    debug: (message, fields) => log("debug", message, fields),
    info: (message, fields) => log("info", message, fields),
    warn: (message, fields) => log("warn", message, fields),
    error: (message, fields) => log("error", message, fields),
    close: () => (closing ??= flush(lines, sink)),
  };
}

async function flush(lines: winston.Logger, sink: Writable): Promise<void> {
  await new Promise<void>((resolve) => void lines.once("finish", resolve).end());
  await new Promise<void>((resolve) => void sink.end(resolve));
}

/** Node's own answer to whether there are colours heeds NO_COLOR and the like. */
function layoutFor(stream: Writable): Layout {
  const terminal = stream as Writable & { isTTY?: boolean; hasColors?: () => boolean };
  return terminal.isTTY === true ? terminalLayout(terminal.hasColors?.() ?? true) : prettyLayout(false);
}
