import type { LabelEpoch, Review } from "@understudy/evaluation";
import { describe, expect, test } from "vitest";
import type { Bench } from "../database/conformance-bench.fixture.ts";
import { callRecord, DAY_MS, experiment, pairNumber, saidHello, saidNothing } from "../pairs/pair.fixture.ts";
import type { UnitTask } from "../units/unit-task.ts";
import type { BlindPair, LabelChoice } from "./label-store.ts";

const HOUR_MS = 3_600_000;
const RETENTION_MS = 30 * DAY_MS;

const TASK: UnitTask = {
  experiment: experiment.id,
  control: null,
  rules: { controlled: false, higherRung: true, margins: { latency: 1.2 } },
  horizonMs: HOUR_MS,
  cost: { margin: 1.1, silentCap: null, primaryCap: null },
  // Everything that is judged is drawn, so that each test knows of what people are asked.
  labels: { share: 1, margin: 0.1 },
};

const REVIEW: Omit<Review, "pair_id" | "judgement" | "not_judged"> = {
  experiment: experiment.id,
  created_at: 1,
  choices: null,
  judge: "judge",
  judge_prompt: 1,
  judge_cost_usd: null,
  similarity: null,
  similarity_failed: false,
  embedding_cost_usd: null,
};

interface Judged {
  readonly says?: Review["judgement"];
  readonly notJudged?: Review["not_judged"];
  readonly conversation?: string;
  readonly retentionMs?: number;
  readonly nothing?: true;
}

export function labelsConform(bench: Bench): void {
  /** A pair at this minute, and what the judge said of it. The primary says `primary N`, the candidate `silent N`. */
  async function judge(number: number, of: Judged = {}): Promise<void> {
    const { says = "tie", notJudged = null, conversation = null, retentionMs = RETENTION_MS, nothing } = of;
    const at = number * 60_000;
    const request_id = `req_${number}`;
    const answer = (text: string) => ({ ...saidHello, text, refusal: null });
    const pair = pairNumber(number, {
      primary: callRecord({ request_id, model: "provider/primary-1", answer: answer(`primary ${number}`) }),
      silent: callRecord({
        request_id,
        role: "silent",
        model: "provider/silent-1",
        answer: nothing === true ? saidNothing : answer(`silent ${number}`),
      }),
      request: { model: "gpt-main", user: "ann", messages: [{ role: "user", content: `question ${number}` }] },
      created_at: at,
      admitted_at: at,
      conversation: { key: conversation, finer: null },
      subject: { users: ["ann"], sessions: [] },
      judge: nothing === true ? "nothing_to_judge" : "asked",
    });
    await bench.store.pairs.save(pair, experiment, { payloads: "full", retentionMs });
    if (nothing === true) return;
    const judgement = notJudged === null ? says : null;
    await bench.store.reviews.save({ ...REVIEW, pair_id: pair.id, judgement, not_judged: notJudged });
  }

  async function fold(at: number, labels: UnitTask["labels"] = TASK.labels, horizonMs = HOUR_MS): Promise<void> {
    bench.now = at;
    for (let more = true; more;) ({ more } = await bench.store.experiments.foldUnits({ ...TASK, labels, horizonMs }));
  }

  async function evidence() {
    const found = await bench.store.experiments.evidence(experiment.id);
    if (found === null) throw new Error("there is no such experiment");
    return found.labels;
  }

  /** Says of the next pair which side is the better one, wherever it stands. */
  async function label(better: "primary" | "silent" | "same" | "skip", note: string | null = null) {
    const pair = await next();
    const choice = better === "same" || better === "skip" ? better : sideOf(pair, better);
    return { pair, saved: await give(pair, choice, note) };
  }

  async function next(): Promise<BlindPair> {
    const pair = await bench.store.labels.next(experiment.id);
    if (pair === null) throw new Error("no pair waits for a label");
    return pair;
  }

  const give = ({ id }: BlindPair, choice: LabelChoice, note: string | null = null) =>
    bench.store.labels.save({ id, choice, reviewer: "eve", note });

  const sideOf = ({ a }: BlindPair, side: "primary" | "silent"): "a" | "b" =>
    a.text?.startsWith(side) === true ? "a" : "b";

  const enteredIn = (epochs: readonly LabelEpoch[]) =>
    epochs.flatMap(({ cells }) =>
      cells.flatMap(({ says, outcome, count }) => Array.from({ length: count }, () => [says, outcome])),
    );

  const DUE = 7 * DAY_MS;

  describe("labels", () => {
    test("are asked for of judged pairs, blind: no model, no user, no order that could be guessed", async () => {
      for (let number = 1; number <= 24; number += 1) await judge(number);
      await fold(2 * HOUR_MS);
      expect((await evidence()).progress).toEqual({ drawn: 24, labelled: 0, skipped: 0, overdue: 0, waiting: 24 });
      const firsts: unknown[] = [];
      for (let number = 1; number <= 24; number += 1) {
        const { pair } = await label("same");
        firsts.push(sideOf(pair, "primary"));
        expect(pair).toEqual({
          id: expect.stringMatching(/^lab_[0-9a-f]{32}$/) as string,
          experiment: experiment.id,
          api: "chat",
          request: { messages: [{ role: "user", content: `question ${number}` }] },
          a: { text: expect.any(String) as string, tool_calls: saidHello.tool_calls },
          b: { text: expect.any(String) as string, tool_calls: saidHello.tool_calls },
          due_at: 2 * HOUR_MS + DUE,
        });
      }
      // Of 24 fair coins all fall alike in one of eight million runs.
      expect(new Set(firsts)).toEqual(new Set(["a", "b"]));
      expect(await bench.store.labels.next(experiment.id)).toBeNull();
    });

    test("say which side is the better one, whatever place it had", async () => {
      const better = ["primary", "silent", "same", "primary", "silent", "same"] as const;
      for (let number = 1; number <= 6; number += 1) await judge(number, { says: "prefer_primary" });
      await fold(2 * HOUR_MS);
      for (const side of better) expect((await label(side)).saved).toBe("stored");
      await fold(2 * HOUR_MS);
      expect(enteredIn((await evidence()).epochs).map(([, outcome]) => outcome)).toEqual([1, 1, -1, -1, 0, 0]);
      expect((await bench.store.labels.read("pair_2"))?.label).toBe("silent");
    });

    test("arrive once, and the first one stays", async () => {
      await judge(1);
      await fold(2 * HOUR_MS);
      const pair = await next();
      const both = await Promise.all([give(pair, "a"), give(pair, "b")]);
      expect(both.toSorted()).toEqual(["labelled", "stored"]);
      expect(await give(pair, "same")).toBe("labelled");
      expect(await bench.store.labels.save({ id: "lab_none", choice: "a", reviewer: null, note: null })).toBe(
        "unknown",
      );
      expect((await evidence()).progress).toMatchObject({ drawn: 1, labelled: 1, waiting: 0 });
    });

    test("can be taken back by whoever gave them, until they enter the evidence", async () => {
      for (const number of [1, 2]) await judge(number);
      const held = { share: 1, margin: 0.1, heldMs: 60_000 };
      await fold(2 * HOUR_MS, held);
      const { labels } = bench.store;
      const { pair } = await label("primary", "a better price");
      expect(await labels.takeBack("lab_other", "eve")).toBe("unknown");
      expect(await labels.takeBack(pair.id, null)).toBe("of_another");
      await fold(2 * HOUR_MS + 59_000, held);
      expect(await labels.takeBack(pair.id, "eve")).toBe("taken_back");
      expect(await labels.takeBack(pair.id, "eve")).toBe("unlabelled");
      expect((await evidence()).progress).toMatchObject({ labelled: 0, waiting: 2 });
      expect(await give(pair, "same")).toBe("stored");
      expect(enteredIn((await evidence()).epochs)).toEqual([]);
      await fold(2 * HOUR_MS + 120_000, held);
      expect(enteredIn((await evidence()).epochs)).toEqual([["same", 0]]);
      expect(await labels.takeBack(pair.id, "eve")).toBe("entered");
    });

    test("enter in the order of the pairs, up to the first that waits, with those that were not drawn", async () => {
      for (let number = 1; number <= 40; number += 1) await judge(number);
      await fold(2 * HOUR_MS, { share: 0.3, margin: 0.1 });
      const { drawn } = (await evidence()).progress;
      expect(drawn).toBeGreaterThan(3);
      expect(drawn).toBeLessThan(25);
      const before = enteredIn((await evidence()).epochs);
      expect(before.every(([, outcome]) => outcome === "not_drawn")).toBe(true);
      const first = await next();
      const second = await next();
      await give(second, "same");
      await fold(2 * HOUR_MS, { share: 0.3, margin: 0.1 });
      expect(enteredIn((await evidence()).epochs)).toEqual(before);
      await give(first, "same");
      await fold(2 * HOUR_MS, { share: 0.3, margin: 0.1 });
      expect(enteredIn((await evidence()).epochs).filter(([, outcome]) => outcome === 0)).toHaveLength(2);
      for (let more = drawn - 2; more > 0; more -= 1) await label("same");
      await fold(2 * HOUR_MS, { share: 0.3, margin: 0.1 });
      expect(enteredIn((await evidence()).epochs)).toHaveLength(40);
    });

    test("that are skipped, late, or of texts that are gone are missing", async () => {
      await judge(1);
      await judge(2);
      await judge(3, { retentionMs: DAY_MS });
      await fold(2 * HOUR_MS);
      expect((await label("skip")).saved).toBe("stored");
      const late = await next();
      bench.now = 2 * DAY_MS;
      await bench.store.pairs.deleteExpiredTexts(bench.now);
      expect((await evidence()).progress).toEqual({ drawn: 3, labelled: 0, skipped: 1, overdue: 1, waiting: 1 });
      bench.now = 2 * HOUR_MS + DUE;
      expect(await give(late, "a")).toBe("overdue");
      await fold(2 * HOUR_MS + DUE + HOUR_MS);
      expect(enteredIn((await evidence()).epochs).map(([, outcome]) => outcome)).toEqual([
        "missing",
        "missing",
        "missing",
      ]);
      expect((await evidence()).progress).toEqual({ drawn: 3, labelled: 0, skipped: 1, overdue: 2, waiting: 0 });
    });

    test("are not asked for where the answer is known: identical, or missing", async () => {
      await judge(1, { notJudged: "identical" });
      await judge(2, { nothing: true });
      await judge(3, { notJudged: "over_budget" });
      await judge(4, { says: "unparseable" });
      await fold(2 * HOUR_MS);
      expect((await evidence()).progress).toMatchObject({ drawn: 1, waiting: 1 });
      await label("same");
      await fold(2 * HOUR_MS);
      expect(enteredIn((await evidence()).epochs)).toEqual([
        ["identical", 0],
        ["nothing", 1],
        ["unreadable", 0],
      ]);
    });

    test("are asked for of one turn of a conversation", async () => {
      for (const number of [1, 2, 3]) await judge(number, { conversation: "agent" });
      await judge(4, { conversation: "other" });
      await fold(2 * HOUR_MS);
      expect((await evidence()).progress.drawn).toBe(2);
    });

    test("are asked for from the moment on that somebody wants them", async () => {
      await judge(1);
      await fold(2 * HOUR_MS, null);
      await judge(200);
      await fold(8 * HOUR_MS);
      expect((await evidence()).progress.drawn).toBe(1);
      // Also when all is read again.
      await fold(8 * HOUR_MS, TASK.labels, HOUR_MS + 1);
      expect((await evidence()).progress.drawn).toBe(1);
      expect((await next()).request).toEqual({ messages: [{ role: "user", content: "question 200" }] });
    });

    test("stay, and give the same numbers, when conversations are read anew", async () => {
      for (let number = 1; number <= 30; number += 1) await judge(number, { says: "prefer_primary" });
      await fold(2 * HOUR_MS);
      for (let number = 1; number <= 20; number += 1) await label(number % 3 === 0 ? "same" : "primary");
      await fold(2 * HOUR_MS);
      const first = await evidence();
      expect(first.epochs.map(({ fitted_on }) => fitted_on)).toEqual([0, 10, 15]);
      await fold(3 * HOUR_MS, TASK.labels, 1);
      await fold(3 * HOUR_MS);
      expect(await evidence()).toEqual(first);
      // Predictions hang on the margin.
      await fold(3 * HOUR_MS, { share: 1, margin: 0.5 });
      expect((await evidence()).epochs).not.toEqual(first.epochs);
      await fold(3 * HOUR_MS);
      expect(await evidence()).toEqual(first);
    });

    test("keep the share they were drawn with when another one is asked for", async () => {
      await judge(1);
      await fold(2 * HOUR_MS);
      await judge(200);
      await fold(8 * HOUR_MS, { share: 0.999, margin: 0.1 });
      await label("same");
      await label("same");
      await fold(8 * HOUR_MS);
      expect((await evidence()).epochs.map(({ share }) => share)).toEqual([1, 0.999]);
    });

    test("have notes that go with the texts, by retention and by a deletion, and labels that stay", async () => {
      await judge(1, { retentionMs: DAY_MS });
      await judge(2);
      await fold(2 * HOUR_MS);
      await label("primary", "names a wrong price");
      await label("silent", "shorter");
      expect(await bench.store.labels.read("pair_1")).toEqual({
        label: "primary",
        reviewer: "eve",
        note: "names a wrong price",
        labelled_at: 2 * HOUR_MS,
      });
      bench.now = 2 * DAY_MS;
      expect((await bench.store.labels.read("pair_1"))?.note).toBeNull();
      expect((await bench.store.labels.read("pair_2"))?.note).toBe("shorter");
      const about = { kind: "user", name: "ann", requested_at: bench.now, open_until: 3 * DAY_MS } as const;
      await bench.store.deletions.deletePairs(await bench.store.deletions.open({ id: "del_1", ...about }));
      expect(await bench.store.labels.read("pair_2")).toMatchObject({ label: "silent", note: null });
      expect((await evidence()).progress.labelled).toBe(2);
    });

    test("are offered to two people one after the other", async () => {
      for (const number of [1, 2]) await judge(number);
      await fold(2 * HOUR_MS);
      const [one, other] = [await next(), await next()];
      expect(one.id).not.toBe(other.id);
      // Nothing else waits, or the first is given up.
      expect((await next()).id).toBe(one.id);
      await give(one, "same");
      bench.now += 11 * 60_000;
      expect((await next()).id).toBe(other.id);
    });

    test("have a queue for each experiment that there is", async () => {
      expect(await bench.store.labels.progress("none")).toBeNull();
      await judge(1);
      expect(await bench.store.labels.progress(experiment.id)).toMatchObject({ drawn: 0 });
    });
  });
}
