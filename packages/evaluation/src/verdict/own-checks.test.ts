import { describe, expect, test } from "vitest";
import { type CheckedAs, worthOf } from "../own-checks/outcome.ts";
import { sampleEvidence, sampleTiming, sampleTurn, sampleUnits } from "../evidence.fixture.ts";
import type { Turn } from "../units/turn.ts";
import { decideVerdict, type VerdictInput } from "./decide-verdict.ts";
import { Gambler, median, seeded, shareOf } from "./gambler.fixture.ts";
import { MARGINS_OF_HEADROOM } from "./headroom.ts";

const MARGIN = 0.05;
const MARGINS = { qualityLoss: MARGIN, judge: 0.1, errorRate: 0.02, latency: null, p95Latency: null, cost: null };
const PAIRS = 1_000;

const worth = (primary: CheckedAs, silent: CheckedAs, type = "contains") =>
  worthOf({ set: "s", results: [{ name: type, type, primary, silent }] });

type Own = (index: number) => Turn["own"];

/** Free text, of which each pair is worth what `own` says. */
function verdictOn(
  own: Own,
  ownChecks: NonNullable<VerdictInput["asked"]["ownChecks"]> = "asking",
  more: Partial<Turn> = {},
) {
  const turns = Array.from({ length: PAIRS }, (_, index) =>
    sampleTurn(index * 2, { answer_kind: "long_text", own: own(index) ?? null, ...more }),
  );
  const standings = { measured: PAIRS, silent_failed: 0, our_fault: 0, primary_failed: 0, not_comparable: 0 };
  return decideVerdict({
    evidence: sampleEvidence({
      pairs: PAIRS,
      comparable: PAIRS,
      standings,
      units: sampleUnits(turns, { higherRung: ownChecks === "asking" }),
      latency: sampleTiming({ pairs: PAIRS }),
    }),
    margins: MARGINS,
    asked: { judge: false, labels: false, ownChecks },
    candidates: 1,
    minimumSpanMs: 0,
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

const ownIn = (verdict: ReturnType<typeof verdictOn>) => verdict.criteria.find(({ name }) => name === "own_checks");

describe("with checks of one's own, free text", () => {
  test("is promoted where the candidate passes what the primary passes, and the rung is named", () => {
    const verdict = verdictOn((index) => (index % 10 === 0 ? worth("fail", "fail") : worth("pass", "pass")));
    expect([verdict.decision, verdict.blocks]).toEqual(["promote", []]);
    expect(verdict.rungs).toContainEqual({ name: "own_checks", share: 1 });
    expect(ownIn(verdict)).toMatchObject({ state: "pass", margin: MARGIN, pairs: PAIRS });
  });

  test("is rejected where it fails them, whatever else looks alike", () => {
    const verdict = verdictOn((index) => worth("pass", index % 5 === 0 ? "fail" : "pass"));
    expect(verdict.decision).toBe("reject");
    expect(verdict.reason).toContain("a check of yours the primary passes");
  });

  test("is not promoted where the primary passes none of them itself: nonsense would look equal", () => {
    const verdict = verdictOn(() => worth("fail", "fail"));
    expect([verdict.decision, ownIn(verdict)?.state]).toEqual(["keep_watching", "cannot_tell"]);
    expect(verdict.reason).toContain("own checks cannot tell: the primary itself passes one in at most");
  });

  test("is not promoted by checks that only forbid, and is rejected by them", () => {
    const passed = verdictOn(() => worth("pass", "pass", "not-contains"), "forbidding");
    expect([passed.decision, passed.blocks.map(({ name }) => name)]).toEqual(["keep_watching", ["nothing_can_tell"]]);
    expect(passed.rungs.map(({ name }) => name)).not.toContain("own_checks");
    expect(verdictOn(() => worth("pass", "fail", "not-contains"), "forbidding").decision).toBe("reject");
  });

  test("is neither promoted nor rejected where checks could not be run, and it says so", () => {
    const verdict = verdictOn((index) => (index % 10 === 0 ? worth("not_run", "not_run") : worth("pass", "pass")));
    expect(verdict.decision).toBe("keep_watching");
    expect(ownIn(verdict)?.note).toBe("could not be run on some answers: the loss is between -10 points and 10 points");
    const candidates = verdictOn((index) => (index % 5 === 0 ? worth("pass", "not_run") : worth("pass", "pass")));
    expect(candidates.decision).toBe("reject");
  });

  test("is not promoted before there are results", () => {
    expect(verdictOn(() => null).decision).toBe("keep_watching");
  });

  test("has kinds in which they fail held against it", () => {
    const own: Own = (index) => worth("pass", index % 40 === 0 ? "fail" : "pass");
    const turns = Array.from({ length: PAIRS }, (_, index) =>
      sampleTurn(index, { answer_kind: "long_text", own: own(index) ?? null, kinds: index % 40 === 0 ? ["rare"] : [] }),
    );
    const { shapes } = sampleUnits(turns, { higherRung: true });
    expect(shapes.filter(({ kind }) => kind === "rare")).toMatchObject([{ turns: 1, sum: 1, count: 25 }]);
  });
});

// Looked at after every pair. The bound is the right value, not what came out.
describe("of a thousand experiments", () => {
  /** Each answer passes by itself with its own chance; the checks may pass only with their bet that nonsense would be seen. */
  const worths = new Map<string, NonNullable<Turn["own"]>>(
    (["pass", "fail"] as const).flatMap((one) =>
      (["pass", "fail"] as const).map((other) => [`${one}${other}`, worth(one, other)] as const),
    ),
  );

  function passedAt(primary: number, silent: number, random: () => number): number {
    const [loss, told] = [Gambler.against(MARGIN), Gambler.for(MARGINS_OF_HEADROOM * MARGIN, 0)];
    const drawn = (chance: number): CheckedAs => (random() < chance ? "pass" : "fail");
    for (let pair = 1; pair <= 1_000; pair += 1) {
      const own = worths.get(`${drawn(primary)}${drawn(silent)}`) ?? worth("not_run", "not_run");
      loss.add(own.high);
      told.add(own.told ? 1 : 0);
      if (loss.has(20) && told.has(20)) return pair;
    }
    return Infinity;
  }

  test.each([0.6, 1])(
    "one in twenty is promoted at most with a candidate at the margin (the primary passes %f)",
    (primary) => {
      const random = seeded(53);
      expect(shareOf(800, () => passedAt(primary, primary - MARGIN, random) < Infinity)).toBeLessThanOrEqual(0.05);
    },
  );

  test.each([0, 0.05, 0.2])(
    "one in twenty is at most with nonsense that passes nothing (the primary passes %f)",
    (primary) => {
      const random = seeded(59);
      expect(shareOf(200, () => passedAt(primary, 0, random) < Infinity)).toBeLessThanOrEqual(0.05);
    },
  );

  test("half are promoted within 1,000 pairs with an equal candidate where both fail a tenth", () => {
    const random = seeded(61);
    expect(median(Array.from({ length: 60 }, () => passedAt(0.9, 0.9, random)))).toBeLessThanOrEqual(1_000);
  });
});
