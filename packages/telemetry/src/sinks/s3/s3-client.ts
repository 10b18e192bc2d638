import { S3Client } from "@aws-sdk/client-s3";
import type { S3Access } from "@understudy/config";
import type { Outgoing } from "@understudy/router";
import { RefusedError } from "../sink.ts";

/** A client of the bucket's store. The buffer tries again, so the SDK does not. */
export function createS3Client(access: S3Access, outgoing: Outgoing): S3Client {
  const { region, endpoint, virtualHosted, credentials } = access;
  const agent = outgoing.agentFor(addressOf(access));
  return new S3Client({
    requestHandler: { httpAgent: agent, httpsAgent: agent },
    region,
    maxAttempts: 1,
    forcePathStyle: !virtualHosted && endpoint !== null,
    // Not every store that speaks S3 knows the checksums that the SDK would add of its own accord.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null ? {} : { credentials: credentialsOf(credentials) }),
  });
}

/** Whose host says whether there is a proxy on the way. */
function addressOf({ region, endpoint, virtualHosted, bucket }: S3Access): URL {
  if (endpoint === null) return new URL(`https://${bucket}.s3.${region}.amazonaws.com`);
  const url = new URL(endpoint);
  if (virtualHosted) url.hostname = `${bucket}.${url.hostname}`;
  return url;
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: NonNullable<S3Access["credentials"]>) {
  return { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) };
}

/** How objects are encrypted, as the store is told. */
export function encryptionOf({ serverSideEncryption, kmsKeyId }: S3Access) {
  return {
    ...(serverSideEncryption === null ? {} : { ServerSideEncryption: serverSideEncryption as "AES256" | "aws:kms" }),
    ...(kmsKeyId === null ? {} : { SSEKMSKeyId: kmsKeyId }),
  };
}

/** The error as the buffer is to see it: an object that the store will never take is refused. */
export function asSinkError(error: unknown): unknown {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== 400 && status !== 413) return error;
  return new RefusedError(error instanceof Error ? `${error.name}: ${error.message}` : String(error), { cause: error });
}
