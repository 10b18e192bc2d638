import type { RequestView } from "@understudy/apis";

/**
 * The kind of a request, for the account of what was mirrored: `size=under 1 KB;stream=no;tools=no;language=latin`. A few
 * values for each, so that the ledger stays small. What was said last tells the language of what is asked: instructions are
 * often in another one. Read on the thread that answers, so it looks at no more of a conversation than its end.
 */
export function stratumOf(view: RequestView, bytes: number): string {
  const stream = view.stream ? "yes" : "no";
  const tools = view.tools.length > 0 ? "yes" : "no";
  return `size=${sizeOf(bytes)};stream=${stream};tools=${tools};language=${scriptOf(view.last[0] ?? "")}`;
}

const KB = 1_024;

function sizeOf(bytes: number): string {
  if (bytes < KB) return "under 1 KB";
  if (bytes < 4 * KB) return "1 to 4 KB";
  if (bytes < 16 * KB) return "4 to 16 KB";
  return bytes < 64 * KB ? "16 to 64 KB" : "over 64 KB";
}

/** The beginning tells the writing as well as the whole, in a bounded time. */
const LOOKED_AT = 200;

/** First and last code unit of the letters of each writing; Latin goes by its letters beyond ASCII too. */
const SCRIPTS: readonly (readonly [name: string, from: number, to: number])[] = [
  ["latin", 0xc0, 0x24f],
  ["greek", 0x370, 0x3ff],
  ["cyrillic", 0x400, 0x52f],
  ["hebrew", 0x590, 0x5ff],
  ["arabic", 0x600, 0x77f],
  ["indic", 0x900, 0xdff],
  ["thai", 0xe00, 0xe7f],
  ["cjk", 0x3040, 0x30ff],
  ["cjk", 0x3400, 0x9fff],
  ["hangul", 0xac00, 0xd7af],
];

/** The writing of most letters; `none` where there is no letter. Latin stands for every language written in it. */
function scriptOf(text: string): string {
  const end = Math.min(text.length, LOOKED_AT);
  let ascii = 0;
  let counts: Map<string, number> | null = null;
  for (let index = 0; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      const letter = unit | 0x20;
      if (letter >= 0x61 && letter <= 0x7a) ascii += 1;
      continue;
    }
    const script = SCRIPTS.find(([, from, to]) => unit >= from && unit <= to)?.[0];
    if (script === undefined) continue;
    counts ??= new Map();
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  if (counts === null) return ascii > 0 ? "latin" : "none";
  counts.set("latin", (counts.get("latin") ?? 0) + ascii);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}
