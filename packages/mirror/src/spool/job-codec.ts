import { parseBoundedJson } from "@understudy/runtime";
import { createEnvelope } from "../job/envelope.ts";
import type { QueueKeys } from "../job/queue-keys.ts";
import type { JobCodec } from "./queue-spool-on-disk.ts";

/** Writes jobs down as they go on the queue: with keys, their texts are sealed. `decode` throws as the envelope does. */
export function createJobCodec(keys: QueueKeys | null): JobCodec {
  const envelope = createEnvelope(keys);
  return {
    encode: (job) => JSON.stringify(envelope.wrap(job)),
    decode: (text) => envelope.unwrap(parseBoundedJson(text)),
  };
}
