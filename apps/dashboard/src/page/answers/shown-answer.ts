import type { ToolCall } from "@understudy/contracts";

/** An answer as it is shown. */
export interface ShownAnswer {
  readonly text: string;
  readonly tool_calls: readonly ToolCall[];
  /** Why there is none, or how it ended; null where there is nothing to say. */
  readonly note: string | null;
}
