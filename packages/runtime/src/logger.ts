/** Fields of one structured log line; values must survive JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What every room logs through. `packages/telemetry` makes the real one. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The fields of an error for a log line: its name, message and code, never its stack's paths. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = (error as { code?: unknown }).code;
  return { error: `${error.name}: ${error.message}`, ...(typeof code === "string" ? { error_code: code } : {}) };
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
