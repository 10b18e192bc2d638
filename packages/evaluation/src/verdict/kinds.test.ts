import { expect, test } from "vitest";
import { sampleEvidence, sampleTurn, sampleUnits } from "../evidence.fixture.ts";
import { courseNow } from "../overview/course.ts";
import { kindsOf } from "./kinds.ts";

const MARGIN = 0.05;

/** 2,000 turns: of `tools` 30% are wrong, of `stream` 2%, `image` is too rare to be judged, and of `json` there are few. */
const units = sampleUnits(
  Array.from({ length: 2_000 }, (_, index) => {
    const kind = index % 250 === 0 ? "image" : index % 100 === 1 ? "json" : index % 4 === 0 ? "tools" : "stream";
    const wrong = kind === "tools" ? index % 40 < 12 : kind === "stream" ? index % 50 === 2 : index % 1_000 === 1;
    return sampleTurn(index, { kinds: [kind], checks: wrong ? 1 : 0, differs: wrong ? 1 : 0 });
  }),
);

test("a kind's bounds say what its state says, and are none of what is too rare", () => {
  const kinds = kindsOf(units.shapes, { margin: MARGIN, alpha: 0.05 });
  const of = (name: string) => kinds.find((kind) => kind.name === name);
  expect(Object.fromEntries(kinds.map(({ name, state }) => [name, state]))).toMatchObject({
    tools: "failing",
    stream: "shown",
    json: "open",
    image: "small",
  });
  const judged = kinds.flatMap(({ low, high, loss, ...kind }) =>
    low === null || high === null || loss === null ? [] : [{ ...kind, low, high, loss }],
  );
  expect(kinds.filter(({ low }) => low === null).map(({ name }) => name)).toEqual(["image"]);
  expect(judged.every(({ low, high, loss }) => low <= loss && loss <= high)).toBe(true);
  const told = ({ low, high, fails_beyond, shown_below }: (typeof judged)[number]) =>
    low > fails_beyond ? "failing" : high < shown_below ? "shown" : "open";
  expect(judged.map(told)).toEqual(judged.map(({ state }) => state));
  expect(kinds[0]).toMatchObject({ fails_beyond: MARGIN, shown_below: 0.25 });
  expect(of("tools")?.low).toBeGreaterThan(0.2);
  expect(of("json")?.high).toBeGreaterThan(0.25);
});

test("the course that is kept has the most frequent kinds, by the margin beyond which they fail", () => {
  const { kinds } = courseNow({
    experiment: {
      id: "a~b",
      primary: "a",
      silent: "b",
      control: false,
      sampleRate: 1,
      margins: { qualityLoss: MARGIN, judge: 0.1, errorRate: 0.02, latency: 1.2, p95Latency: 1.2, cost: 1.1 },
      asked: { judge: false, labels: false },
      candidates: 1,
      minimumSpanMs: 0,
    },
    account: { admitted: 2_000, paired: 2_000, failed: 0, expired: 0, dropped: {}, lost: 0, pending: 0, skipped: {} },
    evidence: sampleEvidence({ units }),
    now: 1_000,
  });
  expect(kinds.slice(0, 3).map(({ name, margin, state }) => [name, margin, state])).toEqual([
    ["answer=closed", MARGIN, expect.any(String)],
    ["stream", MARGIN, "pass"],
    ["tools", MARGIN, "fail"],
  ]);
});
