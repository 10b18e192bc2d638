import type { RequestNames } from "./request-view.ts";
import { isObject, textOrNull, type WireObject } from "./wire.ts";

const USER_METADATA = ["user_id", "user", "end_user"];
const SESSION_METADATA = ["session_id", "conversation_id", "thread_id"];

/** Whom and what a request names, wherever clients of any API put it. */
export function namesIn(body: WireObject): RequestNames {
  const metadata = { ...objectOr(body["litellm_metadata"]), ...objectOr(body["metadata"]) };
  return {
    users: namesOf([body["user"], body["safety_identifier"], ...USER_METADATA.map((key) => metadata[key])]),
    sessions: namesOf([...SESSION_METADATA.map((key) => metadata[key]), sessionInUserId(metadata["user_id"])]),
    cacheKey: textOrNull(body["prompt_cache_key"]),
  };
}

function objectOr(value: unknown): WireObject {
  return isObject(value) ? value : {};
}

function namesOf(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.map(textOrNull).filter((name) => name !== null))];
}

/** Claude Code names its session in `user_id`: as `user_…_session_ID`, later as JSON text. */
function sessionInUserId(userId: unknown): string | null {
  const text = textOrNull(userId);
  if (text === null || text.length > 1_024) return null;
  const tail = /_session_([\w-]+)$/.exec(text)?.[1];
  if (tail !== undefined) return tail;
  if (!text.startsWith("{")) return null;
  try {
    return textOrNull(objectOr(JSON.parse(text))["session_id"]);
  } catch {
    return null;
  }
}
