import fc, { type Arbitrary } from "fast-check";

/** Texts that readers of JSON, events, HTML, YAML, SQL and terminals have stumbled over. */
const AWKWARD = [
  "",
  " ",
  "\0",
  "\ud800",
  "\udfff",
  "a\ud83d",
  "\uFEFF",
  "\u2028",
  "\u202E",
  "\r\n",
  "\r",
  "\n\n",
  "\u001B[2J",
  "\u0085",
  "ﷺ",
  "İ",
  "ß",
  "e\u0301",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "toJSON",
  "then",
  "length",
  "null",
  "undefined",
  "NaN",
  "-0",
  "1e400",
  "9007199254740993",
  "0x10",
  "[DONE]",
  "data: [DONE]\n\n",
  "event: error\n",
  "<!doctype html><title>x</title>",
  "os.environ/NAME",
  "../../etc/passwd",
  "%00",
  "%",
  "*",
  "'; DROP TABLE pairs; --",
  "\\u0000",
  '"',
  "\\",
  "{}",
  "[]",
] as const;

/** What is repeated to make a reader that looks back, or ahead, do so at every place. */
const UNITS = [
  "a",
  " ",
  "\t",
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "\0",
  "\ud800",
  "😀",
  "ﷺ",
  "\u0301",
  "(",
  ")",
  "[",
  "]",
  "{",
  '{"a":',
  "}",
  "<",
  ">",
  "<title",
  "<title>",
  "<html>",
  "</",
  "<!--",
  '"',
  "'",
  "`",
  "```",
  "\\",
  "\\u0000",
  ".",
  "-",
  "_",
  "=",
  ":",
  ": ",
  ",",
  "/",
  "//",
  "://",
  "://a:",
  "@",
  "%20",
  "&key=",
  "1",
  "0.",
  "1ms",
  "aA",
  "key ",
  "key=",
  "api key ",
  "token: ",
  "secret-",
  "password",
  "sk-",
  "sk_a",
  "Bearer ",
  "Bearer  x",
  "eyJ",
  "eyJaaaaaaaa.",
  "AIza",
  "role ",
  "developer ",
  "role developer ",
  "use 'a' instead ",
  "parameter ",
  "temperature ",
  "max_tokens ",
  "unknown ",
  "exceeds the maximum ",
  "context ",
  "i can't ",
  "je ne ",
  "data: x\n",
  "data:",
  "data: {}\n\n",
  ": keep-alive\n\n",
  "event: ping\n",
  "id: 1\r",
  "- ",
  "? ",
  "&a ",
  "*a ",
  "a: &a [*a,*a]\n",
  "${",
  "a*",
] as const;

/** Codes that no provider gives out, so that a test's output that holds one has leaked it. */
export const SECRETS = [
  "sk-test-canary-0f9e8d7c6b5a4f3e",
  "canary/AbCdEf+0123456789==",
  "canary 'quoted\" \\key",
] as const;

export const awkward: Arbitrary<string> = fc.constantFrom(...AWKWARD);

export const shortText: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 3, arbitrary: awkward },
);

/**
 * Names of members. None that is a single character which JSON escapes: where V8 has seen an object with the key `\\` in
 * that place, it reads them as that key (Node 24.21).
 */
export const keys: Arbitrary<string> = fc
  .oneof(shortText, awkward)
  .filter((key) => key.length !== 1 || JSON.stringify(key).length === 3);

/** Lengths up to `most`, each power of two as likely as the next. */
export function lengths(most: number): Arbitrary<number> {
  const last = Math.floor(Math.log2(most));
  return fc
    .tuple(fc.integer({ min: 0, max: last }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([power, within]) => Math.min(most, Math.floor(2 ** power * (1 + within))));
}

export interface RepeatOptions {
  /** Characters. */
  readonly most: number;
  /** What is repeated beside what always is. */
  readonly units?: readonly string[];
  /** What may stand before it and behind it. */
  readonly around?: readonly string[];
}

/** One or two patterns repeated, and something before, between and behind. */
export function repeated({ most, units = [], around = [] }: RepeatOptions): Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...UNITS, ...units) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 4 }) },
  );
  const edge = fc.constantFrom("", "", "!", "\n", "<html>", "{", '"', ...around);
  const run = fc.tuple(unit, lengths(most)).map(([text, length]) => text.repeat(Math.ceil(length / text.length)));
  const more = fc.oneof({ weight: 2, arbitrary: fc.constant("") }, { weight: 1, arbitrary: run });
  return fc.noBias(fc.tuple(edge, run, edge, more, edge).map((parts) => parts.join("").slice(0, most + 32)));
}

/** Any text: mostly short, sometimes long and repetitive. */
export function texts(options: RepeatOptions): Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: shortText },
    { weight: 2, arbitrary: fc.array(shortText, { maxLength: 8 }).map((parts) => parts.join("")) },
    { weight: 2, arbitrary: repeated({ ...options, most: Math.min(options.most, 4_096) }) },
    { weight: 1, arbitrary: repeated(options) },
  );
}
