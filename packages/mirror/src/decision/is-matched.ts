import type { SilentTarget } from "@understudy/config";
import type { CallRecord } from "@understudy/contracts";

/** What a request says of whom and what it is, as the client wrote it. */
export interface RequestSays {
  readonly users: readonly string[];
  /** Sessions, conversations and threads, the most telling first. */
  readonly sessions: readonly string[];
  /** Its `metadata`, whatever that is. */
  readonly metadata: unknown;
}

/** Whether an experiment is about this request: of each kind that it is limited to, one value fits. */
export function isMatched(
  match: SilentTarget["match"],
  { operation, caller }: Pick<CallRecord, "operation" | "caller">,
  says: () => RequestSays,
): boolean {
  if (match === null) return true;
  const { keys, teams, users, routes, metadata } = match;
  if (keys !== null && !keys.includes(caller?.key_alias ?? "")) return false;
  if (teams !== null && !teams.includes(caller?.team ?? "")) return false;
  if (routes !== null && !routes.includes(operation)) return false;
  if (users !== null && !says().users.some((user) => users.includes(user))) return false;
  return Object.entries(metadata).every(([key, values]) => values.includes(valueIn(says().metadata, key) ?? ""));
}

function valueIn(metadata: unknown, key: string): string | null {
  if (typeof metadata !== "object" || metadata === null || !Object.hasOwn(metadata, key)) return null;
  const value = (metadata as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
