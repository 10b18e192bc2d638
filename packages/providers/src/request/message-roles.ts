import type { RequestEdit } from "./request-edit.ts";
import { isObject } from "@understudy/apis";

/** Sends `developer` messages as `system`; notes the change when there was one. */
export function mapDeveloperRole(edit: RequestEdit, reason: string): void {
  const messages = withoutDeveloperRole(edit.get("messages"));
  if (messages === edit.get("messages")) return;
  edit.replace("messages", messages, { action: "renamed", reason: `developer sent as system: ${reason}` });
}

/** The messages with `developer` sent as `system`; the same array when there is none. */
function withoutDeveloperRole(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  const items = messages as readonly unknown[];
  if (!items.some(isDeveloper)) return messages;
  return items.map((message) => (isObject(message) && isDeveloper(message) ? { ...message, role: "system" } : message));
}

function isDeveloper(message: unknown): boolean {
  return isObject(message) && message["role"] === "developer";
}
