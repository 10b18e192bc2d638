import { parseBoundedJson } from "@understudy/runtime";
import type { Texts } from "../job/envelope.ts";

/**
 * The texts of a job as one: the request, which is JSON text already and by far the longest, stands behind the first line
 * as it is. To write it into JSON once more would cost as much as to compress it.
 */
export function bodyTextOf({ request, ...rest }: Texts): string {
  return `${JSON.stringify(rest)}\n${request}`;
}

/** What `bodyTextOf` made, or an earlier version, which wrote all into one line. Throws for anything else. */
export function textsInBody(text: string): Texts {
  const end = text.indexOf("\n");
  if (end === -1) return parseBoundedJson(text) as Texts;
  return { ...(parseBoundedJson(text.slice(0, end)) as Omit<Texts, "request">), request: text.slice(end + 1) };
}
