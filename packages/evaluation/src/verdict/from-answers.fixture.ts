import { viewRequest } from "@understudy/apis";
import type { CallRecord } from "@understudy/contracts";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { comparePair } from "../compare/compare-pair.ts";
import { askedFor, recordOfVectors } from "../compare/vectors/vectors.fixture.ts";
import { sampleEvidence, sampleTiming, sampleUnits } from "../evidence.fixture.ts";
import { standingOf, turnKinds } from "../units/standing.ts";
import type { Standing, Turn } from "../units/turn.ts";
import { decideVerdict } from "./decide-verdict.ts";

// From two answers to the verdict, by way of everything between them but the database.

const MARGINS = { qualityLoss: 0.05, judge: 0.1, errorRate: 0.02, latency: null, p95Latency: null, cost: null };
const PAIRS = 500;

/** An answer in words, or in vectors. */
export type Said =
  | { readonly text: string; readonly finish?: string }
  | { readonly vectors: readonly (readonly number[])[] };

export type Model = (question: number) => Said;

function recordOf(said: Said): CallRecord {
  if ("vectors" in said) return recordOfVectors(said.vectors);
  const { text, finish: finish_reason = "stop" } = said;
  return sampleCallRecord({ answer: { text, refusal: null, tool_calls: [], finish_reason, choices: 1 } });
}

function requestOf(question: number, said: Said): object {
  if ("vectors" in said) return askedFor(said.vectors.length);
  return { messages: [{ role: "user", content: `Question ${question}` }] };
}

export interface Asked {
  readonly primary: Model;
  readonly candidate: Model;
  /** What a judge says of each pair: 1 prefers the primary. */
  readonly judge?: (question: number) => number;
}

interface Met {
  readonly turns: readonly Turn[];
  readonly standings: Readonly<Record<Standing, number>>;
}

/** What each pair is worth: the primary answers every question twice, once as its own control. */
function meet({ primary, candidate }: Asked): Met {
  const standings = { measured: 0, silent_failed: 0, our_fault: 0, primary_failed: 0, not_comparable: 0 };
  const turns: readonly Turn[] = Array.from({ length: PAIRS }, (_, question) => {
    const said = primary(question);
    const first = recordOf(said);
    const [silent, control] = [candidate(question), primary(question)].map(recordOf);
    if (silent === undefined || control === undefined) throw new Error("there are two");
    const request = requestOf(question, said);
    const comparison = comparePair(first, silent, request);
    const worth = standingOf(first, silent, comparison);
    standings[worth.standing] += 1;
    const kinds = turnKinds(first, comparison, viewRequest(first.operation, request));
    return {
      conversation: `c${question}`,
      admitted_at: question * 600_000,
      answer_kind: kinds.answer,
      kinds: kinds.request,
      differs: worth.differs,
      control_differs: standingOf(first, control, comparePair(first, control, request)).differs,
      checks: worth.checks,
      errors: worth.errors,
      latency: null,
      first_token: null,
      primary_cost: null,
      silent_cost: null,
    };
  });
  return { turns, standings };
}

/** The verdict on a candidate, of which the primary answers every question twice: once as its own control. */
export function verdictOn(asked: Asked) {
  const { judge } = asked;
  const { turns, standings } = meet(asked);
  const units = sampleUnits(turns, { higherRung: judge !== undefined });
  const said = judge === undefined ? [] : Array.from({ length: PAIRS }, (_, question) => judge(question));
  const shapes = said.flatMap((sum) =>
    (["judge", "judge_low"] as const).map((criterion) => ({
      criterion,
      kind: "",
      turns: 1,
      sum,
      control: 0,
      count: 1,
    })),
  );
  const evidence = sampleEvidence({
    pairs: PAIRS,
    comparable: PAIRS,
    standings,
    units: { ...units, shapes: [...units.shapes, ...shapes] },
    latency: sampleTiming({ pairs: PAIRS }),
  });
  return decideVerdict({
    evidence,
    margins: MARGINS,
    asked: { judge: judge !== undefined, labels: false },
    candidates: 1,
    minimumSpanMs: 86_400_000,
    account: { admitted: PAIRS, paired: PAIRS, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} },
    selection: {
      configured_rate: 1,
      sampled: { count: PAIRS, of: PAIRS, value: 1, low: 1, high: 1 },
      ok: true,
      sample_ratio: { p: 1, ok: true },
      strata: [],
    },
    isControl: false,
  });
}
