import fc from "fast-check";
import { expect, test } from "vitest";
import { readSpoolLines, spoolLine } from "./spool-lines.ts";

const texts = fc.array(fc.jsonValue().map((value) => JSON.stringify(value)));

test("what is written is read, and no more than asked for", () => {
  fc.assert(
    fc.property(texts, fc.nat(20), (written, most) => {
      const buffer = Buffer.from(written.map(spoolLine).join(""));
      const read = readSpoolLines(buffer, most);
      expect(read.texts).toEqual(written.slice(0, most));
      expect(readSpoolLines(buffer.subarray(read.bytes), Number.POSITIVE_INFINITY).texts).toEqual(written.slice(most));
    }),
  );
});

test("an end that was torn off is left, wherever it was torn", () => {
  const whole = Buffer.from(spoolLine('{"n":1}') + spoolLine('{"n":"ä"}'));
  const first = Buffer.byteLength(spoolLine('{"n":1}'));
  for (let length = first; length < whole.length; length += 1) {
    expect(readSpoolLines(whole.subarray(0, length), 10)).toEqual({ texts: ['{"n":1}'], bytes: first });
  }
});

test("a line of which any byte was changed is null, and the next one is read", () => {
  const line = spoolLine('{"n":1}');
  for (let at = 0; at < line.length - 1; at += 1) {
    const changed = Buffer.from(line + spoolLine('{"n":2}'));
    changed[at] = (changed[at] ?? 0) ^ 1;
    if (changed[at] === 0x0a) continue;
    expect(readSpoolLines(changed, 10).texts).toEqual([null, '{"n":2}']);
  }
});
