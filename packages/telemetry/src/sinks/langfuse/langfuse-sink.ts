import { APIS } from "@understudy/apis";
import type { Attributes } from "@opentelemetry/api";
import { LANGFUSE_SDK_NAME, LANGFUSE_SDK_VERSION } from "@langfuse/core";
import type { LangfuseSink, OtlpTarget } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { LoggedCall } from "../logged-call.ts";
import { type FinishedSpan, openSpanWriter } from "../otel/spans.ts";
import type { Sink } from "../sink.ts";
import { createScoreWriter, LANGFUSE_TIMEOUT_MS } from "./langfuse-api.ts";
import { generationAttributes, traceAttributes } from "./langfuse-attributes.ts";
import { observationIdOf, traceIdOf } from "./langfuse-ids.ts";
import { comparisonScores } from "./langfuse-scores.ts";

/** A pair as one trace: primary and silent call as two generations of it, and the comparison's figures as scores. */
export async function openLangfuseSink(settings: LangfuseSink, outgoing: Outgoing): Promise<Sink> {
  const { host, publicKey, secretKey, environment, release } = settings;
  const credentials = Buffer.from(`${publicKey}:${secretKey}`).toString("base64");
  const target: OtlpTarget = {
    url: `${host}/api/public/otel/v1/traces`,
    protocol: "http/json",
    headers: {
      authorization: `Basic ${credentials}`,
      "x-langfuse-sdk-name": LANGFUSE_SDK_NAME,
      "x-langfuse-sdk-version": LANGFUSE_SDK_VERSION,
      "x-langfuse-public-key": publicKey,
    },
    timeoutMs: LANGFUSE_TIMEOUT_MS,
    compression: "none",
    tls: { ca: null, cert: null, key: null },
  };
  const resource = { "service.name": "understudy" };
  const spans = await openSpanWriter({ target, scope: "langfuse-sdk", resource }, outgoing);
  const writeScores = createScoreWriter(settings, outgoing);
  const same: Attributes = {
    ...(environment === null ? {} : { "langfuse.environment": environment }),
    ...(release === null ? {} : { "langfuse.release": release }),
  };
  return {
    async write(calls, signal) {
      await spans.write(calls.map((call) => spanOf(call, same)));
      await writeScores(
        calls.flatMap((call) => comparisonScores(call, environment)),
        signal,
      );
    },
    close: () => spans.close(),
  };
}

function spanOf(call: LoggedCall, same: Attributes): FinishedSpan {
  const { record } = call;
  const { started_at: startedAt, total_ms } = record.timing;
  return {
    name: generationName(call),
    traceId: traceIdOf(call.metadata, record.request_id),
    spanId: observationIdOf(record.id),
    parentSpanId: null,
    startedAt,
    endedAt: startedAt + total_ms,
    attributes: { ...generationAttributes(call), ...traceAttributes(call), ...same },
    links: [],
    events: [],
    error: record.status === "ok" ? null : (record.error?.message ?? record.status),
  };
}

/** The client's own name for it belongs to the primary; the silent call is told apart by its role. */
function generationName({ record, metadata }: LoggedCall): string {
  const named = metadata["generation_name"];
  const name = typeof named === "string" && named !== "" ? named : `litellm-${APIS[record.operation].litellmCall}`;
  return record.role === "primary" ? name : `${name} (${record.role})`;
}
