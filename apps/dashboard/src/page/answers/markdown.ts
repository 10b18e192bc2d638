/** A stretch of a text with how it is set; offsets are of the text, so that marks can be laid over it. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly strong?: true;
  readonly em?: true;
  readonly code?: true;
  /** An address of the web; no other is one. */
  readonly href?: string;
  /** Stands for an image, which is not fetched. */
  readonly image?: true;
}

export type Block =
  | { readonly kind: "paragraph" | "quote" | "heading"; readonly runs: readonly Run[] }
  | { readonly kind: "item"; readonly depth: number; readonly marker: string; readonly runs: readonly Run[] }
  | { readonly kind: "code"; readonly runs: readonly Run[] }
  | { readonly kind: "rule" }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Run[])[])[] };

const FENCE = /^ {0,3}(?:```|~~~)/;
const HEADING = /^ {0,3}#{1,6}[ \t]+/;
const ITEM = /^([ \t]*)([-*+]|\d{1,4}[.)])[ \t]+/;
const QUOTE = /^ {0,3}>[ \t]?/;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$/;
const TABLE_RULE = /^[ \t]*\|?(?:[ \t]*:?-{1,100}:?[ \t]*\|){1,60}[ \t]*(?::?-{1,100}:?)?[ \t]*$/;
/** Lines beyond which a text is set as it is: a page has other things to do. */
const MOST_LINES = 5_000;

interface Line {
  readonly from: number;
  readonly text: string;
}

/**
 * The part of Markdown that models write, of `[from, to)` of a text. HTML is text like any other, no image is fetched, and only
 * addresses of the web are links.
 */
export function markdownBlocks(text: string, from: number, to: number): readonly Block[] {
  const lines = linesOf(text, from, to);
  if (lines.length > MOST_LINES) return [{ kind: "code", runs: [{ from, to }] }];
  const blocks: Block[] = [];
  let fenced = opensInFence(text, from);
  for (let at = 0; at < lines.length;) {
    const line = lines[at] as Line;
    if (fenced || FENCE.test(line.text)) {
      const start = fenced ? at : at + 1;
      fenced = false;
      let end = start;
      while (end < lines.length && !FENCE.test((lines[end] as Line).text)) end += 1;
      blocks.push({ kind: "code", runs: wholeOf(lines.slice(start, end)) });
      at = end + 1;
    } else if (isTable(lines, at)) {
      let end = at + 2;
      while (end < lines.length && lines[end]?.text.includes("|") === true) end += 1;
      const rows = [line, ...lines.slice(at + 2, end)].map(cellsOf);
      blocks.push({ kind: "table", rows });
      at = end;
    } else {
      at = pushPlain(blocks, lines, at);
    }
  }
  return blocks;
}

function pushPlain(blocks: Block[], lines: readonly Line[], at: number): number {
  const { from, text } = lines[at] as Line;
  if (text.trim() === "") return at + 1;
  if (RULE.test(text)) {
    blocks.push({ kind: "rule" });
    return at + 1;
  }
  const heading = HEADING.exec(text);
  if (heading !== null) {
    blocks.push({
      kind: "heading",
      runs: inline({ from: from + heading[0].length, text: text.slice(heading[0].length) }),
    });
    return at + 1;
  }
  const item = ITEM.exec(text);
  if (item !== null) {
    const [whole, indent = "", marker = ""] = item;
    const depth = Math.min(4, Math.floor(indent.replaceAll("\t", "    ").length / 2));
    const runs = inline({ from: from + whole.length, text: text.slice(whole.length) });
    blocks.push({ kind: "item", depth, marker: /\d/.test(marker) ? marker : "•", runs });
    return at + 1;
  }
  const quote = QUOTE.exec(text);
  if (quote !== null) {
    blocks.push({ kind: "quote", runs: inline({ from: from + quote[0].length, text: text.slice(quote[0].length) }) });
    return at + 1;
  }
  let end = at + 1;
  while (end < lines.length && isProse((lines[end] as Line).text) && !isTable(lines, end)) end += 1;
  const last = lines[end - 1] as Line;
  blocks.push({ kind: "paragraph", runs: lines.slice(at, end).flatMap((line, index) => runsOfLine(line, index > 0)) });
  return Math.max(end, at + 1, last.from < from ? at + 1 : end);
}

/** The break before a further line of a paragraph is part of it, so that lines stay lines. */
function runsOfLine(line: Line, further: boolean): readonly Run[] {
  return further ? [{ from: line.from - 1, to: line.from }, ...inline(line)] : inline(line);
}

function isProse(text: string): boolean {
  return ![/^\s*$/, FENCE, HEADING, ITEM, QUOTE, RULE].some((pattern) => pattern.test(text));
}

function isTable(lines: readonly Line[], at: number): boolean {
  const [head, rule] = [lines[at]?.text ?? "", lines[at + 1]?.text ?? ""];
  return head.includes("|") && head.length < 5_000 && rule.length < 5_000 && TABLE_RULE.test(rule);
}

function cellsOf({ from, text }: Line): readonly (readonly Run[])[] {
  const cells: Line[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && (text[at] !== "|" || text[at - 1] === "\\")) continue;
    cells.push({ from: from + start, text: text.slice(start, at) });
    start = at + 1;
  }
  const edge = (cell: Line | undefined): boolean => cell?.text.trim() === "";
  const inner = cells.slice(edge(cells[0]) ? 1 : 0, edge(cells.at(-1)) ? -1 : undefined);
  return inner.slice(0, 40).map((cell) => inline(trimmed(cell)));
}

function trimmed({ from, text }: Line): Line {
  const blank = text.length - text.trimStart().length;
  return { from: from + blank, text: text.trim() };
}

function linesOf(text: string, from: number, to: number): readonly Line[] {
  const lines: Line[] = [];
  let at = from;
  for (const line of text.slice(from, to).split("\n")) {
    lines.push({ from: at, text: line });
    at += line.length + 1;
  }
  return lines;
}

function wholeOf(lines: readonly Line[]): readonly Run[] {
  const [first, last] = [lines[0], lines.at(-1)];
  return first === undefined || last === undefined ? [] : [{ from: first.from, to: last.from + last.text.length }];
}

/** Whether what begins here is inside a program that was begun before. */
function opensInFence(text: string, from: number): boolean {
  const fences = text.slice(0, from).match(/^ {0,3}(?:```|~~~)/gm) ?? [];
  return fences.length % 2 === 1;
}

/** Every part has a bound, so that no text makes it run long. */
const INLINE =
  /`([^`\n]{1,500})`|\*\*(\S(?:[^\n]{0,500}?\S)?)\*\*|(!?)\[([^\]\n]{1,300})\]\(([^)\s]{1,2000})\)|(?<![\w*])\*(\S(?:[^\n*]{0,300}?\S)?)\*(?![\w*])|(?<!\w)_(\S(?:[^\n_]{0,300}?\S)?)_(?!\w)/g;
const WEB = /^https?:\/\//i;

function inline({ from, text }: Line, style: Omit<Run, "from" | "to"> = {}, depth = 0): readonly Run[] {
  const runs: Run[] = [];
  let at = 0;
  const plain = (to: number): void => {
    if (to > at) runs.push({ ...style, from: from + at, to: from + to });
  };
  for (const match of text.matchAll(INLINE)) {
    plain(match.index);
    runs.push(...runsOf(match, { from, style, depth }));
    at = match.index + match[0].length;
  }
  plain(text.length);
  return runs;
}

interface Within {
  readonly from: number;
  readonly style: Omit<Run, "from" | "to">;
  readonly depth: number;
}

function runsOf(match: RegExpMatchArray, { from, style, depth }: Within): readonly Run[] {
  const [whole, code, strong, bang, label, address = "", em, other] = match;
  const start = from + (match.index ?? 0);
  const inside = (text: string, skip: number, more: Omit<Run, "from" | "to">): readonly Run[] =>
    depth > 2
      ? [{ ...style, ...more, from: start + skip, to: start + skip + text.length }]
      : inline({ from: start + skip, text }, { ...style, ...more }, depth + 1);
  if (code !== undefined) return [{ ...style, code: true, from: start + 1, to: start + 1 + code.length }];
  if (strong !== undefined) return inside(strong, 2, { strong: true });
  if (label !== undefined) {
    if (bang === "!") return [{ ...style, image: true, from: start + 2, to: start + 2 + label.length }];
    // Another scheme than the web's is shown as it was written.
    if (!WEB.test(address)) return [{ ...style, from: start, to: start + whole.length }];
    return [{ ...style, href: address, from: start + 1, to: start + 1 + label.length }];
  }
  return inside(em ?? other ?? "", 1, { em: true });
}
