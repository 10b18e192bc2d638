import { chmod, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import type { FileSink } from "@understudy/config";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "@understudy/runtime";
import { createStream, type RotatingFileStream } from "rotating-file-stream";
import winston from "winston";
import type { Sink } from "../sink.ts";
import { createWinstonSink } from "./winston-sink.ts";

/**
 * JSON lines in a file that starts anew by size and by time (UTC); old ones are compressed and the oldest deleted. One
 * file belongs to one process: `{service}` and `{pid}` in the path tell processes apart.
 */
export async function openFileSink(settings: FileSink, service: string): Promise<Sink> {
  const file = path.resolve(settings.path.replaceAll("{service}", service).replaceAll("{pid}", String(process.pid)));
  await makePrivate(file, settings.path);
  const stream = createStream(nameRotated(path.basename(file), settings.compress), {
    path: path.dirname(file),
    mode: PRIVATE_FILE,
    size: `${Math.max(1, Math.round(settings.maxBytes / 1024))}K`,
    interval: settings.every === "hour" ? "1h" : "1d",
    intervalBoundary: true,
    intervalUTC: true,
    initialRotation: true,
    ...(settings.maxFiles === 0 ? {} : { maxFiles: settings.maxFiles }),
    ...(settings.compress ? { compress: "gzip" } : {}),
  });
  let lost: Error | null = null;
  stream.on("error", (error) => (lost = error));
  stream.on("warning", () => undefined);
  await opened(stream);
  const transport = new winston.transports.Stream({ stream, eol: "\n" });
  return createWinstonSink(transport, {
    settle: (signal) => flushed(stream, signal, lost),
    close: () => new Promise((resolve) => void stream.end(resolve)),
  });
}

/**
 * What an earlier version left there becomes this user's alone, and so does a folder with nothing else in it: another,
 * such as a system's folder of logs, is not ours to close. What cannot be changed stays.
 */
async function makePrivate(file: string, template: string): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const [stem = ""] = path.basename(template).split(/\{|\.[^.]*$/);
  const names = await readdir(folder);
  const ours = names.filter((name) => name.replace(/^\./, "").startsWith(stem));
  for (const name of ours) await chmod(path.join(folder, name), PRIVATE_FILE).catch(() => undefined);
  if (ours.length === names.length) await chmod(folder, PRIVATE_FOLDER).catch(() => undefined);
}

/** `calls.jsonl` while it is written, then `calls-20261124-1200-1.jsonl.gz`. */
function nameRotated(name: string, compress: boolean): (time: number | Date, index?: number) => string {
  const { name: stem, ext } = path.parse(name);
  return (time, index) => {
    if (!(time instanceof Date)) return name;
    const [date = "", clock = ""] = time.toISOString().split("T");
    return `${stem}-${date.replaceAll("-", "")}-${clock.slice(0, 5).replace(":", "")}-${index ?? 1}${ext}${compress ? ".gz" : ""}`;
  };
}

function opened(stream: RotatingFileStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once("open", () => resolve());
    stream.once("error", reject);
  });
}

/** The lines are handed to the system once the stream has taken what came before an empty write. */
function flushed(stream: RotatingFileStream, signal: AbortSignal, lost: Error | null): Promise<void> {
  if (lost !== null) return Promise.reject(lost);
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    stream.once("error", reject);
    stream.write("", (error) => {
      stream.off("error", reject);
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
