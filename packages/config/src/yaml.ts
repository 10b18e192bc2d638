import { isTooDeep } from "@understudy/runtime";
import { type Document, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { Fault } from "./fault.ts";
import { isMapping, kindOf, type Mapping, type Warning } from "./reading.ts";
import { shown } from "./shown.ts";
import { PYYAML_TAGS } from "./yaml-values.ts";

/** What a file's text comes to. */
export interface YamlText {
  /** Empty, with faults, when it cannot be understood. */
  readonly values: Mapping;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Warning[];
}

/** An alias stands for all of its anchor: a few lines of them stand for more values than any machine holds. */
const MOST_ALIASED = 10_000;

/** What PyYAML lets through; a NUL or an escape code in a file is a slip, or meant to hide something. */
// oxlint-disable-next-line no-control-regex -- these are the characters that are looked for
const NOT_ALLOWED = /[^\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** The map that a file holds. `file` is how messages name it; they never quote the text, which may be a key. */
export function readYamlText(bytes: Uint8Array, file: string): YamlText {
  const fail = (problem: string, fix = "correct the YAML", path = file): YamlText => ({
    values: {},
    faults: [{ path, problem, fix }],
    warnings: [],
  });
  const text = decoded(bytes);
  if (text === null) return fail("is not UTF-8 text", "save it as UTF-8");
  const odd = NOT_ALLOWED.exec(text);
  if (odd !== null) {
    const code = (odd[0].codePointAt(0) ?? 0).toString(16).padStart(4, "0");
    return fail(
      `holds a character that YAML does not allow (U+${code.toUpperCase()})`,
      "remove it",
      at(file, text, odd.index),
    );
  }
  try {
    return readDocument(text, file, fail);
  } catch (error) {
    const tooDeep = error instanceof RangeError;
    if (error instanceof ReferenceError && error.message.startsWith("Excessive"))
      return fail("has aliases that stand for more values than can be held", "write out what is meant");
    return fail(
      tooDeep ? "is nested too deeply" : withoutSource(error instanceof Error ? error.message : String(error)),
    );
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function at(file: string, text: string, index: number): string {
  const before = text.slice(0, index).split("\n");
  return `${file}:${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function readDocument(text: string, file: string, fail: (problem: string, fix?: string) => YamlText): YamlText {
  const { document, lineCounter } = parsed(text);
  const placeOf = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const wrong = [...document.errors, ...document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED")];
  if (wrong.some(({ code }) => code === "MULTIPLE_DOCS")) {
    return fail("holds several YAML documents", "keep one, and remove the others and the `---` between them");
  }
  if (wrong.some(({ message }) => message.includes("call stack"))) return fail("is nested too deeply");
  if (wrong.length > 0) {
    const faults = wrong.map(({ pos, code, message }) => ({
      path: placeOf(pos[0]),
      problem: QUOTING[code] ?? withoutSource(message),
      fix:
        code === "TAG_RESOLVE_FAILED" ? "correct the YAML; a text that begins with ! needs quotes" : "correct the YAML",
    }));
    return { values: {}, faults, warnings: [] };
  }
  if (refersToItself(document))
    return fail("has an anchor that an alias inside it refers to", "write out what is meant");
  const values: unknown = document.toJS({ maxAliasCount: MOST_ALIASED });
  if (isTooDeep(values)) return fail("is nested too deeply");
  if (values === null) return fail("the file is empty", "write a model_list in it");
  if (!isMapping(values)) return fail(`holds ${kindOf(values)}, not a map`, "write model_list: first");
  return { values, faults: [], warnings: duplicateKeys(document, placeOf) };
}

interface Parsed {
  readonly document: Document;
  readonly lineCounter: LineCounter;
}

/** PyYAML does not look at how far a closing bracket is indented; the parser does, so the lines that it minds are moved. */
function parsed(text: string, rounds = MOST_ROUNDS): Parsed {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    logLevel: "error",
    merge: true,
    uniqueKeys: false,
    schema: "failsafe",
    customTags: [...PYYAML_TAGS],
  });
  const minded = document.errors.filter(({ code, message }) => code === "BAD_INDENT" && message.startsWith("Flow"));
  const lines = new Set(minded.map(({ pos }) => lineCounter.linePos(pos[0]).line - 1));
  const moved = text.split("\n").map((line, at) => (lines.has(at) && !line.startsWith(DEEP) ? DEEP + line : line));
  const again = moved.join("\n");
  return rounds === 0 || again === text ? { document, lineCounter } : parsed(again, rounds - 1);
}

/** Each round may show the parser a line that it could not see before. */
const MOST_ROUNDS = 4;
const DEEP = " ".repeat(200);

function refersToItself(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias(_, alias, ancestors) {
      found ||= ancestors.some((node) => "anchor" in node && node.anchor === alias.source);
    },
  });
  return found;
}

/** YAML forbids them, and PyYAML takes the last. */
function duplicateKeys(document: Document, placeOf: (offset: number) => string): readonly Warning[] {
  const warnings: Warning[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : null;
        if (name === null || name === "<<") continue;
        if (seen.has(name)) {
          const path = placeOf((isScalar(key) ? key.range?.[0] : undefined) ?? 0);
          warnings.push({ path, text: `writes ${shown(name)} once more in one map: the last one counts` });
        }
        seen.add(name);
      }
    },
  });
  return warnings;
}

/** In place of those messages that quote the text in their midst: an unquoted password may begin with `!` or `%`. */
const QUOTING: Readonly<Record<string, string>> = {
  TAG_RESOLVE_FAILED: "Unresolved tag",
  BAD_DIRECTIVE: "Unknown directive",
  BAD_DQ_ESCAPE: "Invalid escape sequence",
  BAD_COLLECTION_TYPE: "A tag of another kind of value",
};

/** A parser's message without the text it quotes after a colon: that may be a key. */
function withoutSource(message: string): string {
  return message.split(/: |\n/)[0] ?? message;
}
