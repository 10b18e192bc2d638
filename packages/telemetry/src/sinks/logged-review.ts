import type { Review } from "@understudy/evaluation";

/** What judge and embedding model say of a pair, once it is stored. It holds figures, and no word of an answer. */
export interface ReviewEntry {
  readonly review: Review;
  readonly request_id: string;
  /** The silent call that was judged. */
  readonly call_id: string;
  /** W3C trace context of the primary's span: whether spans of the request are collected. */
  readonly traceparent?: string | undefined;
  /** What the client named its trace, by the keys of its metadata. */
  readonly trace: { readonly trace_id?: string | undefined; readonly existing_trace_id?: string | undefined };
}

/** The review as sinks get it. A trace's name is cleaned as it was in the call, or the two would not meet. */
export function prepareReview(entry: ReviewEntry, clean: (text: string) => string): ReviewEntry {
  const names = Object.entries(entry.trace).flatMap(([key, name]) => (name === undefined ? [] : [[key, clean(name)]]));
  return { ...entry, trace: Object.fromEntries(names) as ReviewEntry["trace"] };
}
