import { pathToFileURL } from "node:url";
import type { WinstonSink } from "@understudy/config";
import winston from "winston";
import { type Sink, UnwrittenError } from "../sink.ts";
import { standardPayload } from "../standard-payload.ts";
import type { LoggedCall } from "../logged-call.ts";

/** The names under which winston's transports look for the level and the finished line. */
const LEVEL = Symbol.for("level");
const LINE = Symbol.for("message");

type Transport = winston.Logger["transports"][number];

/** For a transport that says yes before it is done, and does not own what it writes to. */
export interface Beneath {
  /** Resolves when what was written has got through. */
  readonly settle: (signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Writes each call as one entry of a winston transport: `info` when it went well, else `warn`, with LiteLLM's payload as
 * its fields and as its JSON line.
 */
export function createWinstonSink(transport: Transport, beneath: Beneath | null = null): Sink {
  const logger = winston.createLogger({ level: "silly", transports: [transport] });
  let trouble: Error | null = null;
  // A transport's error that nobody hears would end the process.
  const note = (error: Error): void => void (trouble = error);
  transport.on("error", note);
  logger.on("error", note);
  return {
    async write(calls, signal) {
      trouble = null;
      for (const [index, call] of calls.entries()) {
        try {
          await written(transport, infoOf(call), signal);
        } catch (error) {
          throw new UnwrittenError(calls.slice(index), error);
        }
      }
      await beneath?.settle(signal);
      // What a transport reports beside its answer may be any of these calls.
      if (trouble !== null) throw trouble;
    },
    async close() {
      const ended = new Promise<void>((resolve) => void transport.once("finish", resolve));
      logger.end();
      await ended;
      await beneath?.close();
    },
  };
}

function infoOf(call: LoggedCall): winston.Logform.TransformableInfo {
  const level = call.record.status === "ok" ? "info" : "warn";
  const payload = { time: new Date(call.record.timing.started_at).toISOString(), ...standardPayload(call) };
  const message = `${call.record.role} call ${call.record.status}`;
  return { level, message, ...payload, [LEVEL]: level, [LINE]: JSON.stringify(payload) };
}

function written(transport: Transport, info: object, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    transport.write(info, (error) => {
      signal.removeEventListener("abort", onAbort);
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}

/**
 * Opens a transport of the configuration: an npm package, or a file below the folder the process runs in. A transport
 * takes one entry after the other, so one that never answers for an entry would take no other: it is given up, and
 * another made in its place.
 */
export async function openWinstonSink({ module, export: name, options }: WinstonSink): Promise<Sink> {
  const isFile = /^\.{0,2}\//.test(module);
  const loaded = (await import(isFile ? pathToFileURL(module).href : module)) as Record<string, unknown>;
  const exported = loaded[name] ?? (loaded["default"] as Record<string, unknown> | undefined)?.[name];
  if (typeof exported !== "function") throw new Error(`${module} exports no transport called ${name}`);
  const make = (): Sink => createWinstonSink(Reflect.construct(exported, [options]) as Transport);
  let current = make();
  return {
    async write(calls, signal) {
      try {
        await current.write(calls, signal);
      } catch (error) {
        if (signal.aborted) {
          // It may never end, and nobody waits for it.
          void current.close();
          current = make();
        }
        throw error;
      }
    },
    close: () => current.close(),
  };
}
