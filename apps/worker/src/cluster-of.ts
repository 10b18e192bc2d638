import { shortHash } from "@understudy/runtime";

/** Names that a conversation goes by, in the request's metadata. */
const CONVERSATION = ["session_id", "conversation_id", "thread_id"] as const;

/**
 * What tells apart groups of requests that are not independent of each other: the conversation, else the user that the
 * request names. Hashed, since it is for statistics and may be a person's name; null where it names neither.
 */
export function clusterOf(request: unknown): string | null {
  const body = asObject(request);
  const metadata = asObject(body["metadata"]);
  const names = [...CONVERSATION.map((key) => metadata[key]), body["user"], body["safety_identifier"]];
  const [name] = names.filter((value) => typeof value === "string" && value !== "");
  return typeof name === "string" ? shortHash(name, 16) : null;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
