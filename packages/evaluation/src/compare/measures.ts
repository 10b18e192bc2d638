import type { Answer } from "@understudy/contracts";
import type { Asked } from "./asked.ts";
import { exactMatch, type Texts } from "./texts/compare-texts.ts";
import { languageMatch } from "./texts/language.ts";

/** What a measure may look at. */
export interface Measured {
  readonly primary: Answer;
  readonly silent: Answer;
  /** The two answers as a reader sees them. */
  readonly texts: Texts;
  readonly asked: Asked;
}

/** Null where it cannot be told. */
type Measure = (measured: Measured) => boolean | null;

/**
 * Yes or no of two answers, one row each. What is stored and reported goes by these rows; the store asks for the place that each
 * has in its rows.
 */
const MEASURES = {
  exact_match: ({ texts }) => exactMatch(texts),
  finish_reason_match: ({ primary, silent }) => sameReason(primary.finish_reason, silent.finish_reason),
  /** Null when the language of either text cannot be told. */
  language_match: ({ texts }) => languageMatch(texts.primary, texts.silent),
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof MEASURES;
const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];
export type MeasureFigures = Readonly<Record<MeasureName, boolean | null>>;

/** Every measure of a pair. */
export function measure(measured: Measured): MeasureFigures {
  return each((name) => MEASURES[name](measured));
}

/** Of a pair that has no two answers. */
export const UNMEASURED = each(() => null);

function each(of: (name: MeasureName) => boolean | null): MeasureFigures {
  return Object.fromEntries(MEASURE_NAMES.map((name) => [name, of(name)])) as MeasureFigures;
}

function sameReason(primary: string | null, silent: string | null): boolean | null {
  return primary === null || silent === null ? null : primary === silent;
}
