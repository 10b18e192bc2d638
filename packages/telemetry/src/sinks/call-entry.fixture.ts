import type { CallRecord } from "@understudy/contracts";
import { sampleRecord, sampleSilentRecord } from "../record.fixture.ts";
import type { CallEntry } from "./logged-call.ts";

/** Only for tests: what a sink is told of pair number `number`. */
export interface SamplePair {
  readonly pairId: string;
  readonly primary: CallEntry;
  readonly silent: CallEntry;
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";

export function samplePair(number: number, changes: Partial<CallEntry> = {}): SamplePair {
  const pairId = `pair_${number}`;
  const request_id = `req_${number}`;
  const pairs = [{ pair_id: pairId, experiment: "chat~candidate" }];
  const common = {
    pairs,
    request: {
      model: "chat",
      messages: [{ role: "user", content: `What is ${number} plus ${number}?` }],
      temperature: 0.2,
      user: "user-7",
      metadata: { session_id: "session-7", team: "blue", tags: ["checkout"] },
    },
    bytes: 200,
    text: true,
    traceparent: `00-${TRACE}-${number.toString(16).padStart(16, "a")}-01`,
    parentSpan: null,
    comparison: null,
  };
  const primary = sampleRecord({ id: `call_p${number}`, request_id });
  const silent = sampleSilentRecord({ id: `call_s${number}`, request_id });
  return {
    pairId,
    primary: { ...common, record: primary, primary: null, ...changes },
    silent: {
      ...common,
      record: silent,
      primary: { call_id: primary.id, model_group: primary.model_group },
      comparison: { comparable: true, agrees: true, rouge_l: 0.75 },
      ...changes,
    },
  };
}

/** The same call, ended another way. */
export function withRecord(entry: CallEntry, changes: Partial<CallRecord>): CallEntry {
  return { ...entry, record: { ...entry.record, ...changes } };
}

/** A primary call for embeddings: no pair, and no answer in words. */
export function sampleEmbeddings(): CallEntry {
  const { primary } = samplePair(1);
  const record: CallRecord = {
    ...primary.record,
    operation: "embeddings",
    answer: null,
    model: "text-embedding-3-small",
  };
  const request = { model: "vectors", input: ["one text", "another"], dimensions: 64 };
  return { ...primary, pairs: [], record, request };
}
