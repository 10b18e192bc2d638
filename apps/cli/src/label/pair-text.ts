import { viewRequest } from "@understudy/apis";
import { judgedTexts } from "@understudy/evaluation";
import type { BlindPair } from "@understudy/store";
import { clean } from "../report/words.ts";

/** A terminal of the usual width. */
export const COLUMNS = 80;

/** The pair as a person reads it, as much of it as a judge is shown: no line is longer than `columns`. */
export function pairText({ api, request, a, b }: BlindPair, columns = COLUMNS): string {
  const { conversation, primary: textOfA, silent: textOfB } = judgedTexts(viewRequest(api, request), a, b);
  return [
    ...part("what was asked", conversation, columns),
    ...part("answer 1", textOfA, columns),
    ...part("answer 2", textOfB, columns),
  ].join("\n");
}

function part(title: string, text: string, columns: number): readonly string[] {
  const rule = `── ${title} `.padEnd(columns, "─");
  return [rule, ...text.split("\n").flatMap((line) => wrapped(clean(line), columns)), ""];
}

/** At the last space that fits; a word that is longer is cut. */
function wrapped(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let rest = line.trimEnd();
  while (rest.length > columns) {
    const space = rest.lastIndexOf(" ", columns);
    const at = space > 0 ? space : columns;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
