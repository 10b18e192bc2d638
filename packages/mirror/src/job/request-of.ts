import { parseBoundedJson } from "@understudy/runtime";
import type { MirrorJob } from "./mirror-job.ts";

const parsed = new WeakMap<object, { readonly body: unknown }>();

/** A job's request, parsed once however many ask for it; null for what is no JSON. Nobody may change it. */
export function requestOf(job: Pick<MirrorJob, "request">): unknown {
  const known = parsed.get(job) ?? { body: bodyIn(job.request) };
  parsed.set(job, known);
  return known.body;
}

function bodyIn(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return null;
  }
}
