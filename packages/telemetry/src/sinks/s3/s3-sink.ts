import { createHash } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { S3Sink } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import type { LoggedCall } from "../logged-call.ts";
import { RefusedError, type Sink, UnwrittenError } from "../sink.ts";
import { standardPayload } from "../standard-payload.ts";
import { asSinkError, createS3Client, encryptionOf } from "./s3-client.ts";

/** Uploads at once, of one batch. */
const AT_ONCE = 16;

/** One object a call, where LiteLLM's S3 logger puts it and in its shape. Times in keys are UTC. */
export function openS3Sink({ access, prefix }: Pick<S3Sink, "access" | "prefix">, outgoing: Outgoing): Promise<Sink> {
  const client = createS3Client(access, outgoing);
  const put = async (call: LoggedCall, signal: AbortSignal): Promise<void> => {
    const body = JSON.stringify(standardPayload(call));
    const command = new PutObjectCommand({
      Bucket: access.bucket,
      Key: objectKey(prefix, call),
      Body: body,
      ContentType: "application/json",
      ContentLanguage: "en",
      ContentDisposition: `inline; filename="${fileName(call)}"`,
      CacheControl: "private, immutable, max-age=31536000, s-maxage=0",
      ContentMD5: createHash("md5").update(body).digest("base64"),
      ...encryptionOf(access),
    });
    await client.send(command, { abortSignal: signal });
  };
  return Promise.resolve({
    write: (calls, signal) => putAll(calls, (call) => put(call, signal)),
    close: () => closeClient(client),
  });
}

/** Each on its own: what has arrived is not sent again with what has not. */
async function putAll(calls: readonly LoggedCall[], put: (call: LoggedCall) => Promise<void>): Promise<void> {
  const missing: { readonly call: LoggedCall; readonly error: unknown }[] = [];
  const left = calls.values();
  const work = async (): Promise<void> => {
    for (const call of left) {
      await put(call).catch((error: unknown) => missing.push({ call, error: asSinkError(error) }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, calls.length) }, work));
  if (missing.length === 0) return;
  // Refused for good only when all that is missing is; else the others would be lost with it.
  const first = missing.find(({ error }) => !(error instanceof RefusedError)) ?? missing[0];
  if (first?.error instanceof RefusedError && missing.length === calls.length) throw first.error;
  throw new UnwrittenError(
    missing.map(({ call }) => call),
    first?.error,
  );
}

export function closeClient(client: S3Client): Promise<void> {
  client.destroy();
  return Promise.resolve();
}

/** `<prefix>/2026-11-24/time-12-30-00-123000_<call id>.json`; LiteLLM puts `_` for a `/` in the last part. */
export function objectKey(prefix: string, call: LoggedCall): string {
  const [date, clock] = timeParts(call);
  const file = `time-${clock}_${call.record.id}.json`.replaceAll("/", "_");
  return [prefix, date, file].filter((part) => part !== "").join("/");
}

function fileName(call: LoggedCall): string {
  const [date, clock] = timeParts(call);
  return `time-${date}T${clock}_${call.record.id}.json`.replaceAll("/", "_");
}

/** Date, and time of day to the microsecond with `-` between its parts. */
function timeParts({ record }: LoggedCall): readonly [date: string, clock: string] {
  const [date = "", time = ""] = new Date(record.timing.started_at).toISOString().split("T");
  const [seconds = "", milliseconds = "000Z"] = time.split(".");
  return [date, `${seconds.replaceAll(":", "-")}-${milliseconds.slice(0, 3)}000`];
}
