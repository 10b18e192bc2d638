import { valueFollows } from "../plain-answer.ts";

const OUTPUT = Buffer.from('"output"');
const OPENED = /^\s*:\s*\[\s*\{/;
const SAID = [Buffer.from('"output_text"'), Buffer.from('"function_call"'), Buffer.from('"custom_tool_call"')];

/** Its output has a text or a call. */
export function isPlainResponse(body: Buffer): boolean {
  const output = body.indexOf(OUTPUT);
  if (output === -1 || !valueFollows(body, output + OUTPUT.length, OPENED)) return false;
  return SAID.some((mark) => body.includes(mark, output));
}
