import type { ShownConversation } from "@understudy/contracts";
import type { LabelProgress } from "@understudy/evaluation";
import type { BlindAnswer, BlindPair } from "@understudy/store";
import { useCallback, useEffect, useState } from "react";
import type { ShownAnswer } from "../answers/shown-answer.ts";
import { deleteJson, getJson, sendJson } from "../frame/api.ts";
import { now } from "../frame/clock.ts";
import type { DeskItem } from "./desk.tsx";
import { type Pick, PICK_WORDS } from "./picks.ts";
import { useInTurn } from "./use-in-turn.ts";
import { messageOf } from "./use-notes.ts";

export type Choice = Pick | "skip";

/** As `GET /api/experiments/:id/labels/next` answers it. */
interface NextLabel {
  readonly next: BlindPair | null;
  readonly conversation: ShownConversation | null;
  readonly progress: LabelProgress;
}

/** A pair that was handed out, and what was said of it. */
interface Asked {
  readonly item: DeskItem;
  readonly choice: Choice | null;
}

/** A label at its place in the queue; it may be on its way still. */
interface Saved {
  readonly place: number;
  /** Whether it was kept, once that is known. */
  readonly kept: Promise<boolean>;
}

const LABELS: Readonly<Record<Choice, string>> = { 1: "a", 2: "same", 3: "b", skip: "skip" };

interface Queue {
  readonly asked: readonly Asked[];
  readonly progress: LabelProgress | null;
  /** No pair waits. */
  readonly over: boolean;
  readonly fault: string | null;
}

/** The pairs that people are asked about, one after the other, and what one says of them. */
export function useLabels(experiment: string) {
  const [at, setAt] = useState(0);
  const { queue, setChoice, tell } = useQueue(experiment, at);
  const [done, setDone] = useState<readonly Saved[]>([]);
  const [moments, setMoments] = useState<readonly number[]>([]);
  const [said, setSaid] = useState("");
  const current = queue.asked[at];
  const inTurn = useInTurn();
  const save = useCallback(
    async (asked: Asked, place: number, choice: Choice): Promise<void> => {
      tell(null);
      setChoice(place, choice);
      const saved = inTurn(() => sendJson("POST", labelPath(asked.item.key), { label: LABELS[choice] }));
      const one = { place, kept: saved.then(yes, no) };
      setDone((before) => [...before, one]);
      try {
        await saved;
        setMoments((before) => [...before, now()]);
        setSaid(`${wordsOf(choice)}, kept.`);
      } catch (error) {
        setChoice(place, null);
        setDone((before) => before.filter((other) => other !== one));
        tell(`Not kept: ${messageOf(error)}`);
      }
    },
    [setChoice, tell, inTurn],
  );
  const give = useCallback(
    (choice: Choice): void => {
      if (current === undefined || current.choice !== null) return;
      void save(current, at, choice);
      setAt(at + 1);
    },
    [current, at, save],
  );
  // Taken back on the page at once: who takes back two means two, however long the gateway takes for the first.
  const undo = useCallback(async (): Promise<void> => {
    const last = done.at(-1);
    const one = queue.asked[last?.place ?? -1];
    if (last === undefined || one === undefined) return;
    setDone((before) => before.filter((other) => other !== last));
    setChoice(last.place, null);
    setAt(last.place);
    tell(null);
    try {
      await inTurn(async () => ((await last.kept) ? deleteJson(labelPath(one.item.key)) : undefined));
      setSaid(`Taken back: ${one.choice === null ? "" : wordsOf(one.choice)}.`);
    } catch (error) {
      setDone((before) => [...before, last]);
      setChoice(last.place, one.choice);
      tell(`Not taken back: ${messageOf(error)}`);
    }
  }, [done, queue.asked, setChoice, tell, inTurn]);
  const takeBack = useCallback(() => void undo(), [undo]);
  const next = useCallback(() => setAt(Math.min(at + 1, queue.asked.length)), [at, queue.asked.length]);
  const previous = useCallback(() => setAt(Math.max(0, at - 1)), [at]);
  const took = { given: done.length, moments, said, undo: done.length > 0 ? takeBack : null };
  return { ...queue, ...took, current, give, next, previous };
}

/** Pairs as they are handed out; another is asked for once all of them are passed. */
function useQueue(experiment: string, at: number) {
  const [queue, setQueue] = useState<Queue>({ asked: [], progress: null, over: false, fault: null });
  const { length } = queue.asked;
  useEffect(() => {
    if (at < length) return;
    const path = `/api/experiments/${encodeURIComponent(experiment)}/labels/next`;
    getJson<NextLabel>(path).then(
      (found) => setQueue((before) => handedOut(before, found)),
      (error: unknown) => setQueue((before) => ({ ...before, fault: messageOf(error) })),
    );
  }, [experiment, at, length]);
  const setChoice = useCallback((place: number, choice: Choice | null): void => {
    setQueue(({ asked, ...before }) => ({
      ...before,
      asked: asked.map((one, index) => (index === place ? { ...one, choice } : one)),
    }));
  }, []);
  const tell = useCallback((fault: string | null): void => setQueue((before) => ({ ...before, fault })), []);
  return { queue, setChoice, tell };
}

function handedOut(before: Queue, { next, conversation, progress }: NextLabel): Queue {
  const known = next === null || before.asked.some(({ item }) => item.key === next.id);
  const asked = known ? before.asked : [...before.asked, { item: itemOf(next, conversation), choice: null }];
  return { ...before, asked, progress, over: next === null };
}

const yes = (): boolean => true;
const no = (): boolean => false;

function labelPath(id: string): string {
  return `/api/labels/${encodeURIComponent(id)}`;
}

function wordsOf(choice: Choice): string {
  return choice === "skip" ? "Cannot tell" : PICK_WORDS[choice];
}

function itemOf({ id, a, b }: BlindPair, conversation: ShownConversation | null): DeskItem {
  return { key: id, conversation, first: shown(a), second: shown(b), names: null };
}

function shown({ text, tool_calls }: BlindAnswer): ShownAnswer {
  return { text: text ?? "", tool_calls, note: null };
}
