import type { Answer } from "@understudy/contracts";
import { readFileSync } from "node:fs";
import { comparePair } from "../compare-pair.ts";
import type { Comparison } from "../comparison.ts";
import { sampleAnswer, sampleRecord } from "../records.fixture.ts";

/** A text written as a rule: `unit` with {i}, repeated; see `about` in pairs.json. */
interface TextSpec {
  readonly unit: string;
  readonly count: number;
  readonly modulo?: number;
  readonly join?: string;
  readonly at_least?: number;
  readonly first?: number;
  readonly replace?: readonly [from: string, to: string];
  readonly end?: string;
}

type WrittenAnswer = Partial<Answer> & { readonly text_spec?: TextSpec };

export interface PairCase {
  readonly id: string;
  readonly kind: string;
  readonly strength: "clear" | "arguable";
  readonly request: unknown;
  readonly primary: WrittenAnswer;
  readonly silent: WrittenAnswer;
  readonly expect: Partial<Comparison>;
}

export function readPairCases(): readonly PairCase[] {
  const file = new URL("./pairs.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: readonly PairCase[] }).cases;
}

export function compareCase({ primary, silent, request }: PairCase): Comparison {
  return compareAnswers(answerOf(primary), answerOf(silent), request);
}

export function compareAnswers(primary: Partial<Answer>, silent: Partial<Answer>, request: unknown = null): Comparison {
  const [one, other] = [primary, silent].map((answer) => sampleRecord({ answer: sampleAnswer(answer) }));
  return comparePair(one ?? sampleRecord(), other ?? sampleRecord(), request);
}

function answerOf({ text_spec: spec, ...answer }: WrittenAnswer): Partial<Answer> {
  return spec === undefined ? answer : { ...answer, text: written(spec) };
}

function written({ unit, count, modulo, join = "", at_least, first, replace, end }: TextSpec): string {
  const units = Array.from({ length: count }, (_, index) =>
    unit.replaceAll("{i}", String(modulo === undefined ? index : index % modulo)),
  );
  let text = units.join(join);
  if (at_least !== undefined) text = text.repeat(Math.ceil(at_least / text.length));
  if (first !== undefined) text = text.slice(0, first);
  if (replace !== undefined) text = text.replace(replace[0], replace[1]);
  return end === undefined ? text : text.slice(0, -end.length) + end;
}

export function asking(question: string | undefined): unknown {
  return question === undefined ? null : { messages: [{ role: "user", content: question }] };
}
