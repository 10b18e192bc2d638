import { type Schema } from "./schema.ts";

/** What a route takes and answers, on its path as the document writes it: `/api/pairs/{id}`. */
export interface Operation {
  readonly method: "get" | "post" | "patch" | "delete";
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Names of what stands in its query, each with what it means. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Schema;
  /** Of its answer when all is well, and what that is; JSON unless `type` says otherwise. */
  readonly status?: number;
  readonly answer: Schema;
  readonly type?: string;
  /** Open to all, without a key. */
  readonly open?: boolean;
}

/** What stands in the query of every list that comes in pages. */
export const PAGE = { limit: "how many, at most", cursor: "the next_cursor of an earlier answer" };
