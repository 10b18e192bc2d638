import { describe, expect, test } from "vitest";
import { foldedTexts, piecesOf } from "./folds.ts";
import { jsonLines, jsonPieces } from "./json-lines.ts";
import { markdownBlocks } from "./markdown.ts";
import { textDifference } from "./text-difference.ts";
import { toolRows } from "./tool-rows.ts";

function differing(left: string, right: string): readonly (readonly [string, string])[] {
  const { places } = textDifference(left, right);
  return places.map((place) => [
    left.slice(place.left.from, place.left.to),
    right.slice(place.right.from, place.right.to),
  ]);
}

/** Runs of 12 sentences; each run has one word of its own. */
function long(own: readonly string[]): string {
  const sentence = (at: number): string => `Sentence ${at} of the report says the same on both sides, line ${at}.`;
  return own
    .map((word, run) =>
      [`The answer is ${word} here.`, ...Array.from({ length: 12 }, (_, at) => sentence(run * 12 + at))].join("\n"),
    )
    .join("\n");
}

describe("two texts", () => {
  test("differ where their words do, and no white space does", () => {
    expect(differing("ships today by express, Ines.", "ships  within 3 days,\nInes.")).toEqual([
      ["today by express,", "within 3 days,"],
    ]);
    expect(differing("a b c", "a c")).toEqual([["b", ""]]);
    expect(differing("你好世界", "你好朋友")).toEqual([["世界", "朋友"]]);
    expect(differing("same", "same")).toEqual([]);
  });

  test("of 200,000 characters are marked throughout, and a page shows a few hundred lines of them", () => {
    const runs = Array.from({ length: 200 }, (_, at) => `word${at}`);
    const [left, right] = [long(runs), long(runs.map((word, at) => (at % 20 === 0 ? `${word}x` : word)))];
    expect(left.length).toBeGreaterThan(150_000);
    const difference = textDifference(left, right);
    expect(difference.places).toHaveLength(10);
    const folded = foldedTexts(difference, { left, right, most: 100 });
    const pieces = piecesOf(left, folded.left, new Set());
    const shown = pieces.filter(({ kind }) => kind === "text").map(({ from, to }) => left.slice(from, to));
    expect(shown.join("").split("\n").length).toBeLessThan(100);
    const marked = folded.left.marks.map(({ from, to }) => left.slice(from, to));
    expect(marked).toEqual(runs.filter((_, at) => at % 20 === 0));
    expect(folded.left.marks).toHaveLength(10);
    expect(folded.left.folds.map(({ id }) => id)).toEqual(folded.right.folds.map(({ id }) => id));
    // All of it is still there, piece after piece.
    expect(pieces.map(({ from, to }) => left.slice(from, to)).join("")).toBe(left);
    const [fold] = folded.left.folds;
    expect(piecesOf(left, folded.left, new Set([fold?.id ?? ""]))).not.toEqual(pieces);
  });

  test("are told apart in lines that are nearly the same, all of them", () => {
    const report = (own: string) =>
      Array.from(
        { length: 300 },
        (_, at) => `Line ${at} lists what was ${at === 150 ? own : "counted"} that day.`,
      ).join("\n");
    expect(differing(report("packed"), report("sent"))).toEqual([["packed", "sent"]]);
    const blank = " ".repeat(100_000);
    expect(differing(`a${blank}b`, `a${blank}c`)).toEqual([["b", "c"]]);
  });

  test("that have nothing in common, or no end to what differs, are shown a screen at a time", () => {
    const [left, right] = ["x ".repeat(100_000), "y ".repeat(100_000)];
    const folded = foldedTexts(textDifference(left, right), { left, right, most: 100 });
    const shown = piecesOf(left, folded.left, new Set()).filter(({ kind }) => kind === "text");
    expect(shown.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThan(5_000);
  });

  test("fold what is the same in paragraphs, and say how many", () => {
    const middle = "One paragraph.\n\nAnother paragraph.\n\n";
    const [left, right] = [`Today.\n\n${middle}Keep it.`, `Tomorrow.\n\n${middle}Return it now.`];
    const { folds } = foldedTexts(textDifference(left, right), { left, right, most: 100 }).left;
    expect(folds.map(({ label }) => label)).toEqual(["2 paragraphs the same"]);
  });
});

describe("Markdown", () => {
  const set = (text: string) =>
    markdownBlocks(text, 0, text.length).map((block) =>
      "runs" in block
        ? [block.kind, block.runs.map((run) => ({ ...run, said: text.slice(run.from, run.to) }))]
        : [block.kind],
    );

  test("is headings, lists, programs, tables and words that stand out", () => {
    expect(set("# Plan\n- **one** `two`\n```js\nlet a = *b*;\n```\nA_b_c is 2 * 3 * 4")).toMatchObject([
      ["heading", [{ said: "Plan" }]],
      ["item", [{ said: "one", strong: true }, { said: " " }, { said: "two", code: true }]],
      ["code", [{ said: "let a = *b*;" }]],
      ["paragraph", [{ said: "A_b_c is 2 * 3 * 4" }]],
    ]);
    const [table] = markdownBlocks("|a|b|\n|-|-|\n|1|2|", 0, 17);
    expect(table).toMatchObject({
      kind: "table",
      rows: [
        [[{}], [{}]],
        [[{}], [{}]],
      ],
    });
  });

  test("runs nothing and fetches nothing: HTML is text, links are of the web, images are named", () => {
    const text =
      "<img src=x onerror=alert(1)> [go](javascript:alert(1)) ![cat](https://e.com/c.png) [web](https://e.com)";
    const [block] = markdownBlocks(text, 0, text.length);
    const runs = block !== undefined && "runs" in block ? block.runs : [];
    expect(runs.map(({ from, to }) => text.slice(from, to)).join("")).toContain(
      "<img src=x onerror=alert(1)> [go](javascript:",
    );
    expect(runs.filter(({ href }) => href !== undefined)).toMatchObject([{ href: "https://e.com" }]);
    expect(runs.filter(({ image }) => image === true)).toHaveLength(1);
  });

  test("takes no time that grows faster than its text", () => {
    for (const hostile of [
      "**a".repeat(60_000),
      "[".repeat(100_000),
      "`a".repeat(100_000),
      "|-".repeat(100_000),
      "_a ".repeat(60_000),
    ]) {
      expect(markdownBlocks(hostile, 0, hostile.length).length).toBeGreaterThan(0);
    }
  });

  test("that begins inside a program is one", () => {
    const text = "```\none\ntwo\n```\nafter";
    expect(markdownBlocks(text, 8, text.length).map(({ kind }) => kind)).toEqual(["code", "paragraph"]);
  });
});

test("JSON stands key beside key, with what differs and what is missing", () => {
  const { lines } = jsonLines({ a: 1, b: { c: [1, 2] }, d: "x" }, { a: 1, b: { c: [1, 3] }, e: null });
  const told = lines.filter(({ differs }) => differs).map(({ path, left, right }) => [path, left, right]);
  expect(told).toEqual([
    ["/b/c/1", "2", "3"],
    ["/d", '"x",', null],
    ["/e", null, "null"],
  ]);
  const wide = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`k${at}`, at]));
  const pieces = jsonPieces(jsonLines(wide, { ...wide, k15: "other" }).lines, new Set());
  expect(pieces.map(({ kind, lines: part }) => [kind, part.length])).toEqual([
    ["same", 13],
    ["lines", 7],
    ["same", 12],
  ]);
});

test("tool calls stand argument beside argument, and a default that was left out is the same", () => {
  const call = (name: string, given: object) => ({ name, arguments: JSON.stringify(given) });
  const rows = toolRows(
    [call("get_order", { order: 1 }), call("refund", { line: 2, currency: "USD" })],
    [call("refund", { line: 1 }), call("handoff", {})],
    [{ name: "refund", defaults: { currency: "USD" } }],
  );
  expect(rows.map(({ name, calls, differences }) => [name, calls, differences])).toEqual([
    ["get_order", "left", 1],
    ["refund", "both", 1],
    ["handoff", "right", 1],
  ]);
  expect(rows[1]?.rows).toMatchObject([
    { name: "line", left: "2", right: "1", differs: true },
    { name: "currency", right: null, standard: '"USD"', differs: false },
  ]);
});
