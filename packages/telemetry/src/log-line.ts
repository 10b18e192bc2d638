import { jsonLayout, type Layout, type Level, type PlainEntry } from "./layouts.ts";
import { redactLoggable, toLoggable } from "./loggable.ts";
import type { Redactor } from "@understudy/runtime";
import { shorten } from "./shorten.ts";

export interface LogEntry {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly level: Level;
  readonly message: string;
  readonly fields: object | undefined;
}

export interface LineOptions {
  readonly service: string;
  readonly layout: Layout;
  readonly redactor: Redactor;
}

const LONGEST_MESSAGE = 8 * 1024;

/** Writes one entry as one line, without secrets and without a line break. Never throws. */
export function writeLine(entry: LogEntry, { service, layout, redactor }: LineOptions): string {
  const time = new Date(entry.time).toISOString();
  const { level } = entry;
  try {
    const message = shorten(entry.message, LONGEST_MESSAGE);
    return writeRedacted({ time, level, service, message, fields: toLoggable(entry.fields ?? {}) }, layout, redactor);
  } catch {
    return layout({ time, level, service, message: "a log entry could not be written", fields: {} });
  }
}

/**
 * Secrets are looked for in the JSON line, whose spelling of them is known, and then replaced in the values: so the line
 * stays valid whatever a secret looks like.
 */
function writeRedacted(entry: PlainEntry, layout: Layout, redactor: Redactor): string {
  const json = jsonLayout(entry);
  if (redactor.finds(json)) return layout(redactEntry(entry, redactor));
  return layout === jsonLayout ? json : layout(entry);
}

function redactEntry(entry: PlainEntry, redactor: Redactor): PlainEntry {
  return {
    ...entry,
    service: redactor.clean(entry.service),
    message: redactor.clean(entry.message),
    fields: redactLoggable(entry.fields, redactor),
  };
}
