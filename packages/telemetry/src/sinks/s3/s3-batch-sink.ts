import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Upload } from "@aws-sdk/lib-storage";
import type { S3BatchSink } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import { shortHash } from "@understudy/runtime";
import type { LoggedCall } from "../logged-call.ts";
import { type Sink, UnwrittenError } from "../sink.ts";
import { standardPayload } from "../standard-payload.ts";
import { asSinkError, createS3Client, encryptionOf } from "./s3-client.ts";
import { closeClient } from "./s3-sink.ts";

const compress = promisify(gzip);

/** The least that S3 takes as a part; a larger object goes up in parts. */
const PART_BYTES = 5 * 1024 ** 2;

/**
 * Compressed JSON lines under `date=…/hour=…` (UTC, by the call's start), as DuckDB and Athena read them. The same calls
 * give the same key, so a batch that is written again replaces itself.
 */
export function openS3BatchSink(
  { access, prefix }: Pick<S3BatchSink, "access" | "prefix">,
  outgoing: Outgoing,
  service: string,
): Promise<Sink> {
  const client = createS3Client(access, outgoing);
  const put = async (hour: string, calls: readonly LoggedCall[], signal: AbortSignal): Promise<void> => {
    const lines = calls.map((call) => `${JSON.stringify(lineOf(call))}\n`).join("");
    const upload = new Upload({
      client,
      partSize: PART_BYTES,
      queueSize: 2,
      params: {
        Bucket: access.bucket,
        Key: batchKey(prefix, hour, { calls, service }),
        Body: await compress(lines),
        ContentType: "application/x-ndjson",
        ContentEncoding: "gzip",
        ...encryptionOf(access),
      },
    });
    const abort = (): void => void upload.abort().catch(() => undefined);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await upload.done();
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
  return Promise.resolve({
    async write(calls, signal) {
      const hours = [...Map.groupBy(calls, hourOf)];
      for (const [index, [hour, inHour]] of hours.entries()) {
        try {
          await put(hour, inHour, signal);
        } catch (error) {
          const cause = asSinkError(error);
          if (index === 0 && hours.length === 1) throw cause;
          throw new UnwrittenError(
            hours.slice(index).flatMap(([, left]) => left),
            cause,
          );
        }
      }
    },
    close: () => closeClient(client),
  });
}

/** `2026-11-24T12`. */
function hourOf({ record }: LoggedCall): string {
  return new Date(record.timing.started_at).toISOString().slice(0, 13);
}

interface BatchParts {
  readonly calls: readonly LoggedCall[];
  readonly service: string;
}

function batchKey(prefix: string, hour: string, { calls, service }: BatchParts): string {
  const [date = "", clock = ""] = hour.split("T");
  const name = `${service}-${shortHash(calls.map(({ record }) => record.id).join(), 24)}.jsonl.gz`;
  return [prefix, `date=${date}`, `hour=${clock}`, name].filter((part) => part !== "").join("/");
}

function lineOf(call: LoggedCall): object {
  return { time: new Date(call.record.timing.started_at).toISOString(), ...standardPayload(call) };
}
