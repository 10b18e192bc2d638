import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

/** The keys of queued texts: the first one seals, all of them open, so that a key can be replaced while jobs wait. */
export interface QueueKeys {
  /** `context` must be given again to open it: what was sealed for one place opens in no other. */
  seal(plain: Uint8Array, context: string): Buffer;
  /** Throws `UnknownQueueKeyError` where the key is not among these, and `TamperedError` for anything else amiss. */
  open(sealed: Uint8Array, context: string): Buffer;
  /** Whether what these keys did not seal is read all the same: for the time in which keys are put in place. */
  readonly acceptsUnsealed: boolean;
}

/** What is written for the keys cannot be used. The message says what to write, and never repeats a key. */
export class QueueKeysError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "QueueKeysError";
  }
}

/** Sealed under a key that this process does not have. It may have it tomorrow. */
export class UnknownQueueKeyError extends Error {
  constructor(id: string) {
    super(
      `a job is sealed under the queue key ${id}, which is not in UNDERSTUDY_QUEUE_KEYS of this process; ` +
        "add it there (at the end: the first key seals) and restart",
    );
    this.name = "UnknownQueueKeyError";
  }
}

/** There are keys, and none of them sealed all of this: it is in plain text, or of a version that sealed only the texts. */
export class UnsealedError extends Error {
  constructor() {
    super(
      "what was queued is not sealed by the queue keys; while keys are being put in place, " +
        "UNDERSTUDY_QUEUE_UNSEALED=accept has it read all the same",
    );
    this.name = "UnsealedError";
  }
}

/** What was sealed is damaged, was altered, or belongs elsewhere. */
export class TamperedError extends Error {
  constructor() {
    super("what was sealed was altered, or is not what it is said to be");
    this.name = "TamperedError";
  }
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;
const ID = /^[A-Za-z0-9_-]{1,32}$/;
const HOW = "write id:KEY, or several with commas between, each KEY from `openssl rand -base64 32`";

/** Reads `id:base64[,id:base64…]`. Throws `QueueKeysError`. */
export function parseQueueKeys(text: string, { acceptsUnsealed = false } = {}): QueueKeys {
  const keys = new Map<string, KeyObject>();
  for (const [index, entry] of text.split(",").entries()) {
    const which = `key ${index + 1}`;
    const [, id = "", secret = ""] = /^\s*([^:]*):(.*?)\s*$/s.exec(entry) ?? [];
    if (!ID.test(id)) {
      throw new QueueKeysError(`${which} has no id of letters, digits, - and _ before a colon; ${HOW}`);
    }
    if (keys.has(id)) throw new QueueKeysError(`${which} has the id of an earlier one; give each its own`);
    keys.set(id, createSecretKey(keyBytes(secret, which)));
  }
  const [first] = keys;
  if (first === undefined) throw new QueueKeysError(`there is no key; ${HOW}`);
  const [id, key] = first;
  return {
    seal: (plain, context) => seal(plain, context, id, key),
    open: (sealed, context) => open(sealed, context, keys),
    acceptsUnsealed,
  };
}

/** The secret parts of a text that `parseQueueKeys` takes: what must never be logged. */
export function queueKeySecrets(text: string): readonly string[] {
  return text.split(",").map((entry) => entry.slice(entry.indexOf(":") + 1).trim());
}

function keyBytes(secret: string, which: string): Buffer {
  const bytes = Buffer.from(secret, "base64");
  // Node passes over what is no base64: only what comes back the same was read whole.
  const isWhole = bytes.toString("base64").replace(/=+$/, "") === secret.replace(/=+$/, "");
  if (isWhole && bytes.length === KEY_BYTES) return bytes;
  throw new QueueKeysError(`${which} is not ${KEY_BYTES} bytes in base64; ${HOW}`);
}

/** Format, length of the id, id, initialisation vector, tag, and then the text. */
function seal(plain: Uint8Array, context: string, id: string, key: KeyObject): Buffer {
  const iv = randomBytes(IV_BYTES);
  const head = Buffer.concat([Buffer.from([FORMAT, id.length]), Buffer.from(id, "latin1")]);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([head, Buffer.from(context)]));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), text]);
}

function open(bytes: Uint8Array, context: string, keys: ReadonlyMap<string, KeyObject>): Buffer {
  const sealed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const id = sealedUnder(sealed);
  const key = keys.get(id);
  if (key === undefined) throw new UnknownQueueKeyError(id);
  const headEnd = 2 + id.length;
  const ivEnd = headEnd + IV_BYTES;
  const tagEnd = ivEnd + TAG_BYTES;
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(headEnd, ivEnd), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([sealed.subarray(0, headEnd), Buffer.from(context)]));
    decipher.setAuthTag(sealed.subarray(ivEnd, tagEnd));
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]);
  } catch {
    throw new TamperedError();
  }
}

/** The id of the key that sealed it; needs no key. Throws `TamperedError` where nothing says so. */
export function sealedUnder(sealed: Buffer): string {
  const length = sealed[1] ?? 0;
  const id = sealed.toString("latin1", 2, 2 + length);
  if (sealed[0] !== FORMAT || id.length !== length || !ID.test(id)) throw new TamperedError();
  return id;
}
