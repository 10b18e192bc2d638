import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/**
 * Headers of a signed message as Standard Webhooks has them, so that receivers check it with a library of theirs:
 * HMAC-SHA256 of `id.timestamp.body`. The timestamp lets them refuse what is replayed later, the id what they had
 * before. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  id: string,
  body: string,
  { secret, now }: { readonly secret: string; readonly now: number },
) {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** `whsec_` and base64, or any other text as it is. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);
}
