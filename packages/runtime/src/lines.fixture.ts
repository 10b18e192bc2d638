import { type LogFields, type Logger, silentLogger } from "./logger.ts";

export interface KeptLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines, but for those that only help to find a fault. */
export function keepLines(): { readonly logger: Logger; readonly lines: readonly KeptLine[] } {
  const lines: KeptLine[] = [];
  const keep =
    (level: KeptLine["level"]) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields });
  return { logger: { ...silentLogger, info: keep("info"), warn: keep("warn"), error: keep("error") }, lines };
}
