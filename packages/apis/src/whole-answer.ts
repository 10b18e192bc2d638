import { readFailureBody } from "./failure-body.ts";
import { valueFollows } from "./plain-answer.ts";
import type { ReadAnswer } from "@understudy/contracts";
import type { Api, WholeFault } from "./api.ts";

const ERROR = Buffer.from('"error"');
/** What may follow an object's last bracket. */
const LONGEST_END = 32;
const CLOSES = /\}\s*$/;

/** Larger bodies that do not show at first sight what they are, are taken for answers: to look closer would hold up others. */
const MOST_BYTES_READ = 4 * 1024 * 1024;

/** What is wrong with a whole body; null when it is an answer. An answer of an ordinary shape is not parsed for it. */
export function faultOfWhole(api: Api, bytes: Uint8Array): WholeFault | null {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isPlainly(api, body) || body.length > MOST_BYTES_READ) return null;
  const read = api.read(body);
  if (read.error_body !== null) return { kind: "error", body: read.error_body };
  if (!read.complete) return { kind: "nothing", why: shapeOf(body) };
  if (!api.speaks) return null;
  if (read.answer === null) return { kind: "nothing", why: "an answer without a choice" };
  return saysNothing(read.answer, body) ? { kind: "nothing", why: "a message with nothing in it" } : null;
}

/** Whether a body that has not ended has said all that it can. */
export function isWholeAnswer(api: Api, bytes: Uint8Array): boolean {
  if (bytes.byteLength > MOST_BYTES_READ) return false;
  const read = api.read(bytes);
  return read.complete || read.error_body !== null;
}

/** An object that is closed, speaks of no error, and shows what answers of its kind show. */
function isPlainly(api: Api, body: Buffer): boolean {
  return body[0] === OPENING && !namesError(body) && CLOSES.test(tailOf(body)) && api.isPlainAnswer(body);
}

const OPENING = 0x7b;
const NULL = /^\s*:\s*null/;

/** An `error` that is null is none: some APIs name one in every answer. */
function namesError(body: Buffer): boolean {
  for (let at = body.indexOf(ERROR); at !== -1; at = body.indexOf(ERROR, at + 1)) {
    if (!valueFollows(body, at + ERROR.length, NULL)) return true;
  }
  return false;
}

function tailOf(body: Buffer): string {
  return body.toString("latin1", Math.max(0, body.length - LONGEST_END));
}

/** Where the model stopped for a reason of its own, or thought, or spoke in sound or pictures, an empty text is an answer. */
function saysNothing(
  { text, refusal, tool_calls, finish_reason }: NonNullable<ReadAnswer["answer"]>,
  body: Buffer,
): boolean {
  if (text !== null || refusal !== null || tool_calls.length > 0) return false;
  if (finish_reason !== null && !ENDS_WITH_WORDS.has(finish_reason)) return false;
  return !OTHER_THAN_TEXT.test(body.toString("utf8"));
}

const ENDS_WITH_WORDS = new Set(["stop", "tool_calls", "function_call"]);
const OTHER_THAN_TEXT =
  /"(?:reasoning|reasoning_content|reasoning_details|thinking|audio|images)"\s*:\s*(?:"[^"]|\{|\[\s*[{"])/;

/** What it is instead. Of a text that may be anything no word is repeated; of a page its title. */
function shapeOf(body: Buffer): string {
  const head = body.toString("utf8", 0, MOST_HEAD_BYTES).trim();
  if (head === "") return "an empty body";
  if (head.startsWith("<")) return `a page: ${readFailureBody(head).message.slice(0, LONGEST_TITLE)}`;
  return head.startsWith("{") ? "JSON that is cut short or holds none" : "a body that is no JSON object";
}

const MOST_HEAD_BYTES = 16 * 1024;
const LONGEST_TITLE = 200;
