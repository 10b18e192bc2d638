import type { ApiName } from "@understudy/contracts";
import { APIS } from "./apis.ts";
import type { RequestView } from "./request-view.ts";
import { isObject } from "./wire.ts";

const NOTHING: RequestView = {
  instructions: [],
  turns: [],
  last: [],
  tools: [],
  toolChoice: { kind: "auto" },
  schema: null,
  asksForJson: false,
  stream: false,
  names: { users: [], sessions: [], cacheKey: null },
};

/** A parsed request as the house sees it; of what is no request of this API, what can be read. Never throws. */
export function viewRequest(api: ApiName, body: unknown): RequestView {
  return isObject(body) ? APIS[api].view(body) : NOTHING;
}
