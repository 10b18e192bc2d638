import { valueFollows } from "../plain-answer.ts";

const CHOICES = Buffer.from('"choices"');
const CONTENT = Buffer.from('"content"');
const OPENED = /^\s*:\s*\[\s*\{/;
const TEXT = /^\s*:\s*"/;

/** It has a choice with a text. */
export function isPlainChat(body: Buffer): boolean {
  const choices = body.indexOf(CHOICES);
  if (choices === -1 || !valueFollows(body, choices + CHOICES.length, OPENED)) return false;
  const content = body.indexOf(CONTENT, choices);
  return content !== -1 && valueFollows(body, content + CONTENT.length, TEXT);
}
