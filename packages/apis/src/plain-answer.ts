/** Blanks between a key and its value are few. */
const LONGEST_VALUE_START = 32;

/** Whether what stands at this place of the body begins as a colon and such a value. */
export function valueFollows(body: Buffer, at: number, value: RegExp): boolean {
  return value.test(body.toString("latin1", at, at + LONGEST_VALUE_START));
}
