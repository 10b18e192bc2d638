import type { Criterion, Report } from "@understudy/evaluation";
import { expect, test } from "vitest";
import { evidenceText, kindsInOrder, kindsText, moreDays, moreText, stateText } from "./verdict-words.ts";

const evidence = (entered: Partial<Report["verdict"]>, called: number): string =>
  evidenceText({ verdict: entered, pairs: { called } } as Pick<Report, "verdict" | "pairs">);

test("the evidence says how many pairs have entered, in how many conversations, and how many are still open", () => {
  expect(evidence({ pairs: 1, conversations: 1, open: 0 }, 1)).toBe("1 pair");
  expect(evidence({ pairs: 350, conversations: 296, open: 12 }, 400)).toBe(
    "350 of 400 pairs, 296 conversations, 12 conversations still open",
  );
  expect(evidence({ pairs: 0, conversations: 0, open: 1 }, 1)).toBe("0 of 1 pairs, 1 conversation still open");
});

test("only a pass that hangs on a condition says so, and what can never be told asks for no more pairs", () => {
  const all = (["pass", "fail", "open", "cannot_tell"] as const).map(
    (state) => ({ state, basis: "conditional" }) as const,
  );
  expect(all.map((one: Pick<Criterion, "state" | "basis">) => stateText(one))).toEqual([
    "✓ within, on condition",
    "✕ beyond",
    "○ open",
    "– cannot tell",
  ]);
  expect(stateText({ state: "pass", basis: "exact" })).toBe("✓ within");
  expect(moreText({ state: "cannot_tell", pairs_needed: null })).toBe("none would do");
  expect(moreText({ state: "open", pairs_needed: null })).toBe("cannot be told");
  expect(moreText({ state: "open", pairs_needed: 1_200 })).toBe("about 1,200");
  expect([null, 0, 0.01, 0.5, 12.34].map(moreDays)).toEqual([
    null,
    null,
    "about an hour more at the pace so far",
    "about 12 hours more at the pace so far",
    "about 12 days more at the pace so far",
  ]);
});

test("kinds of request that fail come first, then the open ones, and the frequent before the rare", () => {
  type Kind = Report["verdict"]["kinds"][number];
  const kind = (name: string, state: Kind["state"], share: number): Kind => {
    const bounds = { loss: 0, low: -0.1, high: 0.1, fails_beyond: 0.05, shown_below: 0.25 };
    return { name, state, share, conversations: 10, pairs: 10, ...bounds, pairs_needed: 0 };
  };
  const kinds = [kind("a", "small", 0.001), kind("b", "shown", 0.9), kind("c", "open", 0.02), kind("d", "open", 0.4)];
  const all = [...kinds, kind("e", "failing", 0.1)];
  expect(kindsInOrder(all).map(({ name }) => name)).toEqual(["e", "d", "c", "b", "a"]);
  expect(kindsText(all)).toBe("5 kinds: 1 fails by itself, 2 open, 1 shown, 1 too rare");
});
