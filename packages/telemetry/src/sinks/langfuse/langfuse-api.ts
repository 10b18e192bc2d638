import { type IngestionEvent, LANGFUSE_SDK_NAME, LANGFUSE_SDK_VERSION } from "@langfuse/core";
import type { LangfuseSink } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import { parseBoundedJson } from "@understudy/runtime";

export const LANGFUSE_TIMEOUT_MS = 15_000;

/** Writes scores. Rejects unless all were taken. */
export type WriteScores = (batch: IngestionEvent[], signal: AbortSignal) => Promise<void>;

interface Taken {
  readonly errors?: readonly { readonly status: number; readonly message?: string }[];
}

/** By our own call: Langfuse's client knows of no proxy and no certificates but Node's. */
export function createScoreWriter({ host, publicKey, secretKey }: LangfuseSink, { post }: Outgoing): WriteScores {
  const headers = {
    authorization: `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`,
    "content-type": "application/json",
    "x-langfuse-sdk-name": LANGFUSE_SDK_NAME,
    "x-langfuse-sdk-version": LANGFUSE_SDK_VERSION,
    "x-langfuse-public-key": publicKey,
  };
  return async (batch, signal) => {
    if (batch.length === 0) return;
    const body = JSON.stringify({ batch });
    const { status, text } = await post(`${host}/api/public/ingestion`, { headers, body, signal });
    const said = await text();
    if (status < 200 || status >= 300) throw new Error(`the scores were answered with ${status}`);
    const { errors = [] } = parseBoundedJson(said) as Taken;
    const [first] = errors;
    if (first === undefined) return;
    throw new Error(`${errors.length} scores were not taken: ${first.status} ${first.message ?? ""}`);
  };
}
