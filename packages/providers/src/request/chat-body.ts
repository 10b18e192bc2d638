import type { Change } from "@understudy/contracts";

/** The body of a chat completion request: parsed once, never changed in place. */
export type ChatBody = Readonly<Record<string, unknown>>;

/** A request made fit for a model, and all that was changed about it. */
export interface AdaptedRequest {
  readonly body: ChatBody;
  readonly changes: readonly Change[];
}
