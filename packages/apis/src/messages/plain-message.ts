import { valueFollows } from "../plain-answer.ts";

const CONTENT = Buffer.from('"content"');
const TEXT = Buffer.from('"text"');
const OPENED = /^\s*:\s*\[\s*\{/;
const SAID = /^\s*:\s*"/;
/** A block's type has the same word. */
const MOST_LOOKS = 4;

/** It has a block with a text. */
export function isPlainMessage(body: Buffer): boolean {
  const content = body.indexOf(CONTENT);
  if (content === -1 || !valueFollows(body, content + CONTENT.length, OPENED)) return false;
  let at = content;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    at = body.indexOf(TEXT, at + 1);
    if (at === -1) return false;
    if (valueFollows(body, at + TEXT.length, SAID)) return true;
  }
  return false;
}
