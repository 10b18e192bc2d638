import { describe, expect, test } from "vitest";
import type { Shape } from "../units/shapes.ts";
import { sampleEvidence, sampleTurn, sampleUnits } from "../evidence.fixture.ts";
import type { Turn } from "../units/turn.ts";
import { Gambler, seeded } from "../verdict/gambler.fixture.ts";
import { createReport } from "../report/create-report.ts";
import { planBeforeTraffic } from "./before-traffic.ts";
import { createPlan } from "./create-plan.ts";
import { fewestConversations, pairsInPoints, pairsInShares } from "./law.ts";
import { noiseOf } from "../verdict/noise.ts";
import type { PlanAsked } from "./plan.ts";

const ALPHA = 0.05;

describe("pairs until an equal candidate passes, computed apart from this code", () => {
  const FLOORS = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4];
  const OVERLAPS = [0, 0.3, 0.6];
  const TABLE: readonly { readonly margin: number; readonly cells: readonly string[] }[] = [
    {
      margin: 0.02,
      cells: [
        "229/229/229",
        "911/662/447",
        "2363/1580/884",
        "4954/3275/1726",
        "9663/6383/3335",
        "14229/8664/4572",
        "15977/10351/5341",
      ],
    },
    {
      margin: 0.03,
      cells: [
        "152/152/152",
        "422/326/242",
        "996/683/412",
        "2062/1367/741",
        "4026/2659/1392",
        "5456/3649/1903",
        "6459/4256/2223",
      ],
    },
    {
      margin: 0.05,
      cells: [
        "90/90/90",
        "176/146/120",
        "350/255/173",
        "687/465/272",
        "1333/881/473",
        "1830/1207/636",
        "2139/1411/739",
      ],
    },
    {
      margin: 0.1,
      cells: ["44/44/44", "62/56/51", "97/78/62", "163/119/81", "298/203/120", "407/271/153", "475/315/173"],
    },
  ];

  test.each(TABLE)("at a margin of $margin", ({ margin, cells }) => {
    const found = FLOORS.map((floor) =>
      OVERLAPS.map((overlap) => pairsInPoints({ floor, overlap, loss: 0 }, { margin, alpha: ALPHA })).join("/"),
    );
    expect(found).toEqual(cells);
  });

  test("and with its margin as a share of what can agree", () => {
    const pairs = (floor: number, overlap: number) =>
      pairsInShares({ floor, overlap, loss: 0 }, { margin: 0.05, alpha: ALPHA });
    expect([
      pairs(0.02, 0.3),
      pairs(0.1, 0.3),
      pairs(0.2, 0.3),
      pairs(0.2, 0),
      pairs(0.4, 0.3),
      pairs(0.8, 0.3),
    ]).toEqual([150, 557, 1_358, 2_052, 4_039, 28_883]);
  });

  test("the fewest conversations, and more for a loss or for several candidates", () => {
    const fewest = [0.02, 0.03, 0.05, 0.1].map((margin) => fewestConversations({ margin, alpha: ALPHA }));
    expect(fewest).toEqual([229, 152, 90, 44]);
    const pairs = (loss: number, alpha: number) =>
      pairsInPoints({ floor: 0.1, overlap: 0.3, loss }, { margin: 0.05, alpha });
    expect(pairs(0.01, ALPHA)).toBeGreaterThan(465);
    expect(pairs(0, ALPHA / 5)).toBeGreaterThan(465);
    expect(pairs(0.05, ALPHA)).toBeNull();
  });
});

/** Requests of which control and candidate differ by chance alone; some of it is the prompt's doing and shared. */
function chances(
  pairs: number,
  { floor, overlap, turns = 1 }: { floor: number; overlap: number; turns?: number },
): readonly Turn[] {
  const random = seeded(61);
  return Array.from({ length: pairs }, (_, index) => {
    const shared = random() < overlap ? Number(random() < floor) : null;
    return sampleTurn(index, {
      conversation: `c${Math.floor(index / turns)}`,
      control_differs: shared ?? Number(random() < floor),
      differs: shared ?? Number(random() < floor),
    });
  });
}

describe("chance, as the control shows it", () => {
  test.each([1, 10])("has a floor and an overlap, in conversations of %d turns", (turns) => {
    const { shapes } = sampleUnits(chances(20_000, { floor: 0.2, overlap: 0.3, turns }));
    const noise = noiseOf(shapes, "");
    expect(noise).toMatchObject({ turns, pairs: 20_000, conversations: 20_000 / turns });
    expect(noise?.floor).toBeCloseTo(0.2, 1);
    expect(Math.abs((noise?.overlap ?? 0) - 0.3)).toBeLessThan(0.05);
    expect(noise?.clustering).toBeLessThan(0.01);
  });

  test("and turns that are lost together are found clustered", () => {
    const lost = (sum: number, count: number): Shape => ({
      criterion: "likeness",
      kind: "",
      turns: 10,
      sum,
      control: 0,
      count,
    });
    expect(noiseOf([lost(0, 900), lost(10, 100)], "")?.clustering).toBeCloseTo(1, 6);
    expect(noiseOf([], "")).toBeNull();
  });
});

function reportOn(
  turns: readonly Turn[],
  over: { readonly candidates?: number; readonly judge?: boolean; readonly minimumSpanMs?: number } = {},
) {
  const { candidates = 1, judge = false, minimumSpanMs = 86_400_000 } = over;
  const pairs = turns.length;
  return createReport({
    experiment: {
      id: "a~b",
      primary: "a",
      silent: "b",
      control: false,
      sampleRate: 1,
      margins: { qualityLoss: 0.05, judge: 0.1, errorRate: null, latency: null, p95Latency: null, cost: null },
      asked: { judge, labels: false },
      candidates,
      minimumSpanMs,
    },
    account: { admitted: pairs, paired: pairs, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} },
    evidence: sampleEvidence({ pairs, units: sampleUnits(turns, { higherRung: judge }) }),
    control: null,
    now: 0,
    random: seeded(67),
  });
}

/** A floor of a fifth and an overlap of 0.3 are given: with them the table has 881 pairs. */
const GIVEN: PlanAsked = { floor: 0.2, overlap: 0.3 };

describe("a plan", () => {
  // A pair a minute.
  const seen = reportOn(chances(2_000, { floor: 0.2, overlap: 0.3 }));

  test("has pairs, what luck makes of them, days at the pace so far, and dollars", () => {
    const plan = createPlan(seen, GIVEN);
    expect(plan.pairs).toEqual({ expected: 881, from: 617, to: 1_586 });
    expect(plan.floor).toEqual({ value: 0.2, from: "asked" });
    expect(plan.pairs_a_day).toBeCloseTo(1_440.7, 1);
    // 881 pairs come in 0.61 days, and a day is to be covered.
    expect([plan.binds, plan.days?.expected, plan.days?.to]).toEqual(["span", 1, expect.closeTo(1_586 / 1_440.7, 3)]);
    expect(plan.more).toEqual({ pairs: 0, days: 0 });
    expect(plan.usd).toEqual({
      silent: expect.closeTo(0.881, 9),
      control: expect.closeTo(0.881, 9),
      judge: 0,
      all: expect.closeTo(1.762, 9),
    });
  });

  test("takes chance from the traffic, where nobody says otherwise", () => {
    const plan = createPlan(seen);
    expect([plan.floor.from, plan.overlap.from, plan.candidates.from]).toEqual(["traffic", "traffic", "traffic"]);
    expect(plan.pairs?.expected).toBeGreaterThan(600);
    expect(plan.pairs?.expected).toBeLessThan(1_200);
    // Too few to tell.
    expect(createPlan(reportOn(chances(20, { floor: 0, overlap: 0 }))).floor).toEqual({ value: 0.1, from: "guess" });
  });

  test("says which requirement binds: pairs, conversations, the rarest kind, the judge or the span", () => {
    const binds = (turns: readonly Turn[], asked: PlanAsked, minimumSpanMs = 0) =>
      createPlan(reportOn(turns, { minimumSpanMs }), { overlap: 0.3, ...asked });
    expect(binds(chances(500, GIVEN as never), GIVEN).binds).toBe("pairs");
    // Fifty turns each: 90 conversations are 4,500 pairs.
    const talks = binds(chances(5_000, { floor: 0.02, overlap: 0.3, turns: 50 }), { floor: 0.02 });
    expect(talks).toMatchObject({ binds: "conversations", pairs: { expected: 4_500 } });
    const rare = chances(1_000, { floor: 0, overlap: 0 }).map((turn, index) =>
      index % 50 === 0 ? { ...turn, answer_kind: "tool_calls" as const } : turn,
    );
    expect(binds(rare, { floor: 0 })).toMatchObject({ binds: "kind", pairs: { expected: 800 } });
    const judged = createPlan(
      reportOn(chances(200, { floor: 0.02, overlap: 0.3 }), { judge: true, minimumSpanMs: 0 }),
      {},
    );
    expect(judged).toMatchObject({ rung: "judge", binds: "judge", margin: 0.1, never: null });
  });

  test("waits for the checks of one's own, where they answer for likeness", () => {
    const criteria = seen.verdict.criteria.map((one) =>
      one.name === "own_checks" ? { ...one, state: "open" as const, margin: 0.03, pairs_needed: 500 } : one,
    );
    const plan = createPlan({ ...seen, verdict: { ...seen.verdict, criteria } }, { floor: 0.9 });
    expect(plan).toMatchObject({ rung: "own_checks", margin: 0.03, never: null, pairs: { expected: 2_500 } });
    expect(plan.requirements.map(({ name }) => name)).not.toContain("pairs");
  });

  test("counts a candidate's loss, several candidates, and another margin", () => {
    const pairs = (asked: PlanAsked) => createPlan(seen, { ...GIVEN, ...asked }).pairs?.expected ?? null;
    expect(pairs({ loss: 0.01 })).toBeGreaterThan(881);
    expect(pairs({ candidates: 5 })).toBeGreaterThan(881);
    expect(pairs({ margin: 0.1 })).toBe(203);
    expect(pairs({ loss: 0.05 })).toBeNull();
    expect(createPlan(seen, { ...GIVEN, loss: 0.05 }).never).toContain("not within it");
  });

  test("says what would never do", () => {
    expect(createPlan(seen, { floor: 0.8 })).toMatchObject({ pairs: null, days: null, usd: null, binds: null });
    expect(createPlan(seen, { floor: 0.8 }).never).toContain("the primary agrees with itself in 20%");
  });

  test("and the report counts the same days, also where nothing but the span is left", () => {
    const { verdict } = reportOn(chances(2_000, { floor: 0, overlap: 0 }), { minimumSpanMs: 4 * 86_400_000 });
    expect([verdict.pairs_needed, verdict.days_needed]).toEqual([0, expect.closeTo(4 - 1_999 / 1_440, 9)]);
    const early = reportOn(chances(60, { floor: 0, overlap: 0 }), { minimumSpanMs: 0 }).verdict;
    expect(early.pairs_needed).toBe(30);
    expect(early.days_needed).toBeCloseTo(((30 / 60) * 59) / 1_440, 9);
  });
});

test("before any traffic there is a plan for each kind of answer, from what is usual", () => {
  const before = { margins: { qualityLoss: 0.05, judge: 0.1 }, minimumSpanDays: 1 };
  const plans = planBeforeTraffic({}, before);
  expect(plans.map(({ answers, rung, pairs }) => [answers, rung, pairs?.expected])).toEqual([
    ["tool calls and JSON", "likeness", 146],
    ["short answers", "likeness", 465],
    ["long text, by a judge", "judge", 498],
  ]);
  expect(planBeforeTraffic({ floor: 0.2, overlap: 0 }, before).map(({ pairs }) => pairs?.expected)).toEqual([1_333]);
  const [paced] = planBeforeTraffic({ floor: 0.2, pairs_a_day: 100 }, before);
  expect(paced).toMatchObject({ binds: "pairs", days: { expected: 8.81 } });
});

test("half of simulated experiments end at 0.65 to 0.9 of what is planned, and nine of ten before twice of it", () => {
  const random = seeded(71);
  const chance = { floor: 0.1, overlap: 0, loss: 0 };
  const planned = pairsInPoints(chance, { margin: 0.05, alpha: ALPHA }) ?? 0;
  const taken = Array.from({ length: 300 }, () => {
    const bet = Gambler.against(0.05);
    for (let pair = 1; ; pair += 1) {
      bet.add(Number(random() < chance.floor) - Number(random() < chance.floor));
      if (bet.has(1 / ALPHA)) return pair;
    }
  }).toSorted((one, other) => one - other);
  expect((taken[150] ?? 0) / planned).toBeGreaterThan(0.65);
  expect((taken[150] ?? 0) / planned).toBeLessThan(0.9);
  expect((taken[270] ?? 0) / planned).toBeLessThan(2);
});
