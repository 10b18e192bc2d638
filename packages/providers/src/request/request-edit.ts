import type { Change } from "@understudy/contracts";
import type { AdaptedRequest, ChatBody } from "./chat-body.ts";

/** Changes to a copy of a request, each noted as it is made. Asking for what is not there changes nothing. */
export interface RequestEdit {
  get(param: string): unknown;
  has(param: string): boolean;
  set(param: string, value: unknown, reason: string): void;
  remove(param: string, action: "dropped" | "stripped", reason: string): void;
  /** Drops `from` when the request has `to` already. */
  rename(from: string, to: string, reason: string): void;
  /** Puts another value in the parameter's place and notes it as `action`. */
  replace(param: string, value: unknown, change: Omit<Change, "param">): void;
  result(): AdaptedRequest;
}

export function editRequest(original: ChatBody): RequestEdit {
  const body: Record<string, unknown> = { ...original };
  const changes: Change[] = [];
  const has = (param: string): boolean => body[param] !== undefined && body[param] !== null;

  return {
    get: (param) => body[param],
    has,
    set(param, value, reason) {
      body[param] = value;
      changes.push({ param, action: "set", reason });
    },
    remove(param, action, reason) {
      if (!has(param)) return;
      delete body[param];
      changes.push({ param, action, reason });
    },
    rename(from, to, reason) {
      if (!has(from)) return;
      const taken = has(to);
      if (!taken) body[to] = body[from];
      delete body[from];
      changes.push({ param: from, action: taken ? "dropped" : "renamed", reason });
    },
    replace(param, value, change) {
      body[param] = value;
      changes.push({ param, ...change });
    },
    result: () => ({ body, changes }),
  };
}
