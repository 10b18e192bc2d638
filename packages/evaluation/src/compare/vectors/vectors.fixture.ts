import { APIS } from "@understudy/apis";
import type { CallRecord } from "@understudy/contracts";
import { sampleRecord } from "../records.fixture.ts";

/** Only for tests: a call that was answered with these vectors. */
export function recordOfVectors(
  vectors: readonly (readonly number[])[],
  changes: Partial<CallRecord> = {},
): CallRecord {
  const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));
  const { answer } = APIS.embeddings.read(Buffer.from(JSON.stringify({ object: "list", data, model: "e-1" })));
  return sampleRecord({ operation: "embeddings", stream: false, answer, ...changes });
}

/** A request for embeddings of so many inputs. */
export function askedFor(inputs: number, more: object = {}): object {
  return { model: "e-1", input: Array.from({ length: inputs }, (_, index) => `text ${index}`), ...more };
}
