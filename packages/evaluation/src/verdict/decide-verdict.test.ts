import { describe, expect, test } from "vitest";
import type { Evidence } from "../evidence.ts";
import { sampleEvidence, sampleTiming, sampleTurn, sampleUnits } from "../evidence.fixture.ts";
import type { Turn } from "../units/turn.ts";
import type { UnitRules } from "../units/unit.ts";
import { decideVerdict, type VerdictInput } from "./decide-verdict.ts";
import type { CriterionName } from "@understudy/contracts";

const MARGINS = { qualityLoss: 0.05, judge: 0.1, errorRate: 0.02, latency: 1.2, p95Latency: 1.2, cost: 1.1 };
const DAY_MS = 86_400_000;
const PAIRS = 2_000;
const HALF_PRICE = {
  pairs: PAIRS,
  primary: 2,
  silent: 1,
  primary_squares: 0.003,
  silent_squares: 0.000_75,
  products: 0.0015,
  primary_most: 0.001,
  silent_most: 0.0005,
};

type Changed = (index: number) => Partial<Turn>;

/** 2,000 requests of one closed kind; `changed` says how each differs from one that agrees. */
function turns(changed: Changed = () => ({}), pairs = PAIRS): readonly Turn[] {
  return Array.from({ length: pairs }, (_, index) => sampleTurn(index, changed(index)));
}

function evidenceOf(all: readonly Turn[], changes: Partial<Evidence> = {}, rules: Partial<UnitRules> = {}): Evidence {
  const standings = { measured: all.length, silent_failed: 0, our_fault: 0, primary_failed: 0, not_comparable: 0 };
  return sampleEvidence({
    pairs: all.length,
    comparable: all.length,
    standings,
    units: sampleUnits(all, rules),
    latency: sampleTiming({ pairs: all.length }),
    cost: HALF_PRICE,
    ...changes,
  });
}

function accountOf(admitted: number, changes: Partial<VerdictInput["account"]> = {}): VerdictInput["account"] {
  return {
    admitted,
    paired: admitted,
    failed: 0,
    expired: 0,
    dropped: {},
    lost: 0,
    pending: 0,
    skipped: {},
    ...changes,
  };
}

const FAIR: VerdictInput["selection"] = {
  configured_rate: 1,
  sampled: { count: PAIRS, of: PAIRS, value: 1, low: 1, high: 1 },
  ok: true,
  sample_ratio: { p: 1, ok: true },
  strata: [],
};

function verdictOn(evidence: Evidence, over: Partial<VerdictInput> = {}) {
  return decideVerdict({
    evidence,
    margins: MARGINS,
    asked: { judge: false, labels: false },
    candidates: 1,
    minimumSpanMs: DAY_MS,
    account: accountOf(evidence.pairs),
    selection: FAIR,
    isControl: false,
    ...over,
  });
}

function stateOf(name: CriterionName, verdict: ReturnType<typeof verdictOn>) {
  return verdict.criteria.find((criterion) => criterion.name === name);
}

const JUDGE = { asked: { judge: true, labels: false } };

/** What a judge said of each pair: 1 prefers the primary. */
function judged(evidence: Evidence, preferences: Readonly<Record<number, number>>): Evidence {
  const shapes = Object.entries(preferences).flatMap(([value, count]) =>
    (["judge", "judge_low"] as const).map((criterion) => ({
      criterion,
      kind: "",
      turns: 1,
      sum: Number(value),
      control: 0,
      count,
    })),
  );
  return { ...evidence, units: { ...evidence.units, shapes: [...evidence.units.shapes, ...shapes] } };
}

describe("a verdict", () => {
  test("promotes what is within every margin, and says what carries it", () => {
    const verdict = verdictOn(evidenceOf(turns()));
    expect(verdict).toMatchObject({
      decision: "promote",
      blocks: [],
      pairs_needed: 0,
      pairs: PAIRS,
      conversations: PAIRS,
    });
    expect(verdict.reason).toBe("within the margins of checks, likeness, errors, latency and cost");
    expect(verdict.rungs).toEqual([
      { name: "checks", share: 1 },
      { name: "likeness", share: 1 },
    ]);
    // 20 times the primary's mean call.
    expect(stateOf("cost", verdict)).toMatchObject({
      basis: "conditional",
      note: "holds if no silent call costs more than $0.02",
    });
  });

  test.each<[CriterionName, Changed, Partial<Evidence>]>([
    ["checks", (index) => ({ checks: index % 5 === 0 ? 1 : 0 }), {}],
    ["errors", (index) => ({ errors: index % 10 === 0 ? 1 : 0 }), {}],
    ["latency", () => ({ latency: 1.5 }), {}],
    [
      "latency",
      () => ({}),
      {
        latency: sampleTiming({
          p95_bounds: { primary: { low: 900, high: 1_000 }, silent: { low: 1_300, high: 1_500 } },
        }),
      },
    ],
    [
      "cost",
      () => ({}),
      { cost: { ...HALF_PRICE, silent: 4, silent_squares: 0.012, products: 0.006, silent_most: 0.002 } },
    ],
    ["likeness", (index) => ({ answer_kind: "json", differs: index % 5 === 0 ? 1 : 0 }), {}],
  ])("rejects what is beyond the margin of %s, and says so", (name, changed, changes) => {
    const verdict = verdictOn(evidenceOf(turns(changed), changes));
    expect(stateOf(name, verdict)?.state).toBe("fail");
    expect(verdict.decision).toBe("reject");
    expect(verdict.reason).toContain("the margin is");
  });

  test("keeps watching while a criterion is open, with the pairs it still takes", () => {
    const verdict = verdictOn(evidenceOf(turns(() => ({}), 60)), {
      minimumSpanMs: 0,
      margins: { ...MARGINS, errorRate: null, cost: null },
    });
    const likeness = stateOf("likeness", verdict);
    expect(verdict).toMatchObject({ decision: "keep_watching", pairs_needed: likeness?.pairs_needed });
    expect(verdict.reason).toMatch(/^open: checks and likeness; about \d+ more pairs/);
    // One a minute: what is wanting takes as many minutes.
    expect(verdict.days_needed).toBeCloseTo(((likeness?.pairs_needed ?? 0) / 60) * (59 / 1_440), 6);
    const enough = 60 + (likeness?.pairs_needed ?? 0);
    const later = verdictOn(evidenceOf(turns(() => ({}), enough)), {
      minimumSpanMs: 0,
      margins: { ...MARGINS, errorRate: null, cost: null },
    });
    expect(later.decision).toBe("promote");
    expect(enough).toBe(90);
  });

  test("says so of a control, and promotes nobody", () => {
    const verdict = verdictOn(evidenceOf(turns(), { agreed: { count: 1_900, of: 2_000 } }), { isControl: true });
    expect(verdict).toMatchObject({ decision: "keep_watching", pairs_needed: null, blocks: [] });
    expect(verdict.reason).toContain("5 points");
  });

  test("does not ask for a margin of null, and promotes nothing of whose answers nothing was asked", () => {
    const dear = { cost: { ...HALF_PRICE, silent: 90, silent_most: 0.1 } };
    expect(verdictOn(evidenceOf(turns(), dear), { margins: { ...MARGINS, cost: null } }).decision).toBe("promote");
    expect(verdictOn(evidenceOf(turns()), { margins: { ...MARGINS, qualityLoss: null } }).decision).toBe(
      "keep_watching",
    );
  });

  test("is shared by the candidates of a group: ten of them take more pairs", () => {
    const few = evidenceOf(turns(() => ({}), 200));
    expect(verdictOn(few, { minimumSpanMs: 0 }).criteria.find(({ name }) => name === "checks")?.state).toBe("pass");
    const shared = verdictOn(evidenceOf(turns(() => ({}), 100)), { minimumSpanMs: 0, candidates: 10 });
    expect([shared.candidates, stateOf("checks", shared)?.state]).toEqual([10, "open"]);
  });
});

describe("likeness", () => {
  test("without a control passes what hardly differs, and fails nothing for differing", () => {
    const alone = { controlled: false };
    const alike = verdictOn(evidenceOf(turns(), {}, alone));
    expect([stateOf("likeness", alike)?.state, alike.decision]).toEqual(["pass", "promote"]);
    const differing = verdictOn(
      evidenceOf(
        turns(() => ({ differs: 1, answer_kind: "json" })),
        {},
        alone,
      ),
    );
    expect(stateOf("likeness", differing)).toMatchObject({ state: "open", low: null });
    expect(differing.decision).toBe("keep_watching");
  });

  test("cannot tell where the primary does not agree with itself: nonsense is not promoted", () => {
    const verdict = verdictOn(evidenceOf(turns(() => ({ differs: 1, control_differs: 1 }))));
    expect(stateOf("likeness", verdict)).toMatchObject({ state: "cannot_tell", share: 0 });
    expect(verdict).toMatchObject({ decision: "keep_watching", blocks: [{ name: "nothing_can_tell" }] });
    expect(verdict.reason).toMatch(/nothing here can tell whether these answers are as good; name a judge/);
  });

  test("of free text alone never promotes", () => {
    const verdict = verdictOn(evidenceOf(turns(() => ({ answer_kind: "long_text" }))));
    expect(verdict.decision).toBe("keep_watching");
    expect(verdict.reason).toContain("mirror_settings.judge");
    const mixed = verdictOn(evidenceOf(turns((index) => ({ answer_kind: index % 10 === 0 ? "long_text" : "closed" }))));
    expect(mixed.decision).toBe("keep_watching");
    expect(mixed.reason).toMatch(/whether 10% of the answers/);
  });

  test("of closed answers shows that they differ, not that they are worse: a better candidate is not rejected", () => {
    const better = verdictOn(evidenceOf(turns((index) => ({ differs: index % 5 === 0 ? 1 : 0 }))));
    expect([stateOf("likeness", better)?.state, better.decision]).toEqual(["fail", "keep_watching"]);
    const asked = verdictOn(
      judged(
        evidenceOf(
          turns((index) => ({ differs: index % 5 === 0 ? 1 : 0 })),
          {},
          { higherRung: true },
        ),
        { "-1": 400, "0": 1_550, "1": 50 },
      ),
      JUDGE,
    );
    expect(asked.decision).toBe("promote");
    expect(asked.reason).toContain("its answers differ, and were found as good within their margins");
  });

  test("with a judge that prefers the primary rejects", () => {
    const verdict = verdictOn(judged(evidenceOf(turns(() => ({ answer_kind: "long_text" }))), { "1": 300 }), JUDGE);
    expect(verdict.decision).toBe("reject");
    expect(verdict.reason).toContain("the judge prefers");
  });

  test("and a judge that has said nothing yet promote nothing", () => {
    expect(verdictOn(evidenceOf(turns()), JUDGE).decision).toBe("keep_watching");
  });
});

describe("a promote is blocked", () => {
  const blocks = (verdict: ReturnType<typeof verdictOn>) => [
    verdict.decision,
    ...verdict.blocks.map(({ name }) => name),
  ];

  test.each<[string, Partial<VerdictInput["account"]>, string]>([
    ["90% expired", { paired: 2_000, expired: 18_000, admitted: 20_000 }, "lost"],
    ["half dropped", { paired: 2_000, dropped: { queue_full: 2_000 }, admitted: 4_000 }, "lost"],
    ["a share lost", { paired: 2_000, lost: 30, admitted: 2_030 }, "lost"],
  ])("when mirrors have no pair: %s", (_, account, name) => {
    const verdict = verdictOn(evidenceOf(turns()), { account: accountOf(2_000, account) });
    expect(blocks(verdict)).toContain(name);
    expect(verdict.decision).toBe("keep_watching");
  });

  test("when less than nine tenths could be measured", () => {
    const standings = { measured: 2_000, silent_failed: 0, our_fault: 0, primary_failed: 500, not_comparable: 400 };
    const evidence = evidenceOf(turns(), { standings, not_comparable: { parameters_changed: 400 } });
    const verdict = verdictOn(evidence, { account: accountOf(2_900) });
    expect(blocks(verdict)).toEqual(["keep_watching", "measured"]);
    expect(verdict.reason).toContain("only 83.3% of what was mirrored could be measured (400 parameters_changed)");
  });

  test("when the sample is not the one that was asked for", () => {
    const selection = {
      ...FAIR,
      ok: false,
      sample_ratio: { p: 0, ok: false },
      sampled: { ...FAIR.sampled, value: 0.3 },
    };
    expect(verdictOn(evidenceOf(turns()), { selection }).reason).toContain(
      "30% of the requests were mirrored and 100% were asked for",
    );
  });

  test("while the pairs cover less than the least span", () => {
    const verdict = verdictOn(evidenceOf(turns(() => ({}), 1_000)));
    expect(blocks(verdict)).toEqual(["keep_watching", "span"]);
    expect(verdict.reason).toContain("the pairs cover 16.6 h and verdict.minimum_span asks for 24 h");
  });

  test("when the newest answers are worse, though all together are within the margin", () => {
    const verdict = verdictOn(evidenceOf(turns((index) => ({ differs: index > 1_880 && index % 5 === 0 ? 1 : 0 }))));
    expect(stateOf("likeness", verdict)?.state).toBe("pass");
    expect(blocks(verdict).slice(0, 2)).toEqual(["keep_watching", "recent"]);
    expect(verdict.reason).toMatch(
      /the newest 200 conversations lose 1[12][.0-9]* points in likeness, since 1970-01-02/,
    );
  });

  test("when one kind of request is broken in a twentieth of the traffic", () => {
    const broken: Changed = (index) => (index % 25 === 0 ? { answer_kind: "tool_calls", differs: 1 } : {});
    const verdict = verdictOn(evidenceOf(turns(broken)));
    expect(blocks(verdict)).toEqual(["keep_watching", "kind"]);
    expect(verdict.reason).toContain(
      "answer=tool_calls (4% of the traffic, 80 conversations) loses 100 points by itself",
    );
  });

  test("until a kind is shown to be well by itself, and not by one that is rarer than a hundredth", () => {
    const few: Changed = (index) => (index % 150 === 0 ? { kinds: ["stream"] } : {});
    expect(verdictOn(evidenceOf(turns(few))).decision).toBe("promote");
    const some: Changed = (index) => (index % 100 === 0 && index < 1_500 ? { kinds: ["stream"] } : {});
    expect(verdictOn(evidenceOf(turns(some, 1_450))).blocks.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining("stream (1% of the traffic, 15 conversations) is not shown yet"),
    );
  });

  test("when long conversations lose what short ones do not", () => {
    const long: Changed = (index) =>
      index < 400 ? { conversation: `long${index % 10}`, checks: index % 3 === 0 ? 1 : 0 } : {};
    const verdict = verdictOn(evidenceOf(turns(long)));
    expect(stateOf("checks", verdict)).toMatchObject({ state: "pass" });
    expect(blocks(verdict)).toContain("pair_mean");
  });
});

describe("nobody can judge", () => {
  test.each([
    ["authentication", "set its api_key"],
    ["permission", "give the key access"],
    ["not_found", "correct litellm_params.model"],
    ["quota", "add credit"],
    ["bad_request", "drop_params"],
  ])("when the calls fail by our own fault: %s", (kind, fix) => {
    const standings = { measured: 0, silent_failed: 0, our_fault: 69, primary_failed: 0, not_comparable: 0 };
    const evidence = evidenceOf([], { pairs: 69, standings, failures: [{ kind, count: 69, example: "no" }] });
    const verdict = verdictOn(evidence, { account: accountOf(69) });
    expect(verdict.decision).toBe("cannot_judge");
    expect(verdict.reason).toContain(fix);
  });

  test("when cost is asked for and there is no price, no usage, or a primary that costs nothing", () => {
    const none = { ...HALF_PRICE, pairs: 0, primary: 0, silent: 0 };
    const reason = (changes: Partial<Evidence>) => {
      const verdict = verdictOn(
        evidenceOf(turns(), { errors: { both: 0, primary_only: 0, silent_only: 0, neither: PAIRS }, ...changes }),
      );
      return [verdict.decision, verdict.reason];
    };
    expect(reason({ cost: none })).toEqual(["cannot_judge", expect.stringContaining("input_cost_per_token")]);
    const noUsage = { pairs: 0, primary_input: 0, primary_output: 0, silent_input: 0, silent_output: 0 };
    expect(reason({ cost: none, tokens: noUsage })).toEqual([
      "cannot_judge",
      expect.stringContaining("needs token counts"),
    ]);
    expect(reason({ cost: { ...HALF_PRICE, primary: 0 } })).toEqual([
      "cannot_judge",
      expect.stringContaining("costs nothing"),
    ]);
  });
});

describe("likeness with its margin as a share of what can agree", () => {
  const RELATIVE = { asked: { judge: false, labels: false, relative: true } };
  /** The control agrees in one of five; the candidate, where it does, in so many of a hundred. */
  const noisy = (kept: number) => (index: number) => {
    const control_differs = Number(index % 5 > 0);
    return { control_differs, differs: control_differs === 1 || (index / 5) % 100 >= kept ? 1 : 0 };
  };

  test("needs no headroom, and shows what is kept", () => {
    const evidence = evidenceOf(turns(noisy(100), 20_000));
    expect(stateOf("likeness", verdictOn(evidence))?.state).toBe("cannot_tell");
    const verdict = verdictOn(evidence, RELATIVE);
    expect(stateOf("likeness", verdict)).toMatchObject({ state: "pass", unit: "share", estimate: 0, share: 1 });
    expect(verdict.kept).toMatchObject({ estimate: 1, least: 0.95, state: "pass", decides: true });
    expect(verdict.headroom).toEqual([]);
    expect(verdict.decision).toBe("promote");
  });

  test("does not pass what loses half of what can agree, though that is less than five points of all", () => {
    const verdict = verdictOn(evidenceOf(turns(noisy(79), 20_000)), RELATIVE);
    expect(stateOf("likeness", verdict)).toMatchObject({ state: "fail", estimate: expect.closeTo(0.21, 6) });
    expect(verdict.decision).not.toBe("promote");
  });

  test("is shown beside the one in points, which decides unless it is asked for", () => {
    const { kept } = verdictOn(evidenceOf(turns()));
    expect(kept).toMatchObject({ estimate: 1, state: "pass", decides: false });
    expect(kept?.reason).toContain("that it keeps 95% is shown; the verdict does not ask for it");
  });

  test("lets no kind of answer hide in the others: each is to keep three quarters by itself", () => {
    // One in fifty is a tool call, of which none agrees where the control does in a tenth: 0.2% of all agreement is lost.
    const hidden = (index: number): Partial<Turn> =>
      index % 50 === 0 ? { answer_kind: "tool_calls", differs: 1, control_differs: Number(index % 500 !== 0) } : {};
    const verdict = verdictOn(evidenceOf(turns(hidden, 20_000)), RELATIVE);
    expect(stateOf("likeness", verdict)).toMatchObject({ state: "open" });
    expect(stateOf("likeness", verdict)?.note).toContain("tool calls");
    expect(verdict.decision).toBe("keep_watching");
  });
});
