import { type IngestionEvent, LANGFUSE_SDK_NAME, LANGFUSE_SDK_VERSION, LangfuseAPIClient } from "@langfuse/core";
import type { LangfuseSink } from "@understudy/config";

export const LANGFUSE_TIMEOUT_MS = 15_000;

/** Writes scores. Rejects unless all were taken. */
export type WriteScores = (batch: IngestionEvent[], signal: AbortSignal) => Promise<void>;

export function createScoreWriter({ host, publicKey, secretKey }: LangfuseSink): WriteScores {
  const api = new LangfuseAPIClient({
    baseUrl: host,
    environment: "",
    username: publicKey,
    password: secretKey,
    xLangfusePublicKey: publicKey,
    xLangfuseSdkName: LANGFUSE_SDK_NAME,
    xLangfuseSdkVersion: LANGFUSE_SDK_VERSION,
  });
  return async (batch, signal) => {
    if (batch.length === 0) return;
    // Its own retries would hold the lane for longer than the lane knows.
    const options = { maxRetries: 0, timeoutInSeconds: LANGFUSE_TIMEOUT_MS / 1000, abortSignal: signal };
    const { errors } = await api.ingestion.batch({ batch }, options);
    const [first] = errors;
    if (first === undefined) return;
    throw new Error(`${errors.length} scores were not taken: ${first.status} ${first.message ?? ""}`);
  };
}
