import { createEnvelope } from "../envelope.ts";
import type { QueueKeys } from "../queue-keys.ts";
import type { JobCodec } from "./disk-lane.ts";

/** Writes jobs down as they go on the queue: with keys, their texts are sealed. `decode` throws as the envelope does. */
export function createJobCodec(keys: QueueKeys | null): JobCodec {
  const envelope = createEnvelope(keys);
  return {
    encode: (job) => JSON.stringify(envelope.wrap(job)),
    decode: (text) => envelope.unwrap(JSON.parse(text)),
  };
}
