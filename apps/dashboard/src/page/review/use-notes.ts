import { useCallback, useRef, useState } from "react";
import { deleteJson, sendJson } from "../frame/api.ts";
import { now } from "../frame/clock.ts";
import { pairPath } from "../pairs/pair-detail.ts";
import { type Pick, PICK_WORDS } from "./picks.ts";

export interface Written {
  readonly id: string;
  /** Place of the pair in its queue. */
  readonly at: number;
  readonly pick: Pick;
  readonly primaryFirst: boolean;
}

interface Given {
  readonly pick: Pick;
  /** Id of the note that is being written: what is taken back at once has to be there first. */
  readonly note: Promise<string>;
}

export interface Notes {
  readonly given: ReadonlyMap<string, Given>;
  readonly write: (one: Written) => void;
  /** Takes the last one back; null where there is none. */
  readonly undo: (() => void) | null;
  /** Epoch milliseconds at which each was written. */
  readonly moments: readonly number[];
  readonly said: string;
  readonly fault: string | null;
}

/** What has been said of which pair, kept by the gateway, and how it is taken back, the last first. */
export function useNotes(goTo: (at: number) => void): Notes {
  const { given, set, remove } = useGiven();
  const [done, setDone] = useState<readonly Written[]>([]);
  const [moments, setMoments] = useState<readonly number[]>([]);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const without = (id: string) => (before: readonly Written[]) => before.filter((one) => one.id !== id);
  const write = useCallback(
    (one: Written): void => {
      setFault(null);
      setSaid(`${PICK_WORDS[one.pick]}, kept. Pair ${one.at + 2}.`);
      setDone((before) => [...without(one.id)(before), one]);
      setMoments((before) => [...before, now()]);
      save(one, set, remove).catch((error: unknown) => {
        set(one.id, null);
        setDone(without(one.id));
        setFault(`Not kept: ${messageOf(error)}`);
      });
    },
    [set, remove],
  );
  const undo = useCallback(async (): Promise<void> => {
    const last = done.at(-1);
    if (last === undefined) return;
    setDone(without(last.id));
    goTo(last.at);
    try {
      await remove(last.id);
      setSaid(`Taken back: ${PICK_WORDS[last.pick]}.`);
    } catch (error) {
      setDone((before) => [...without(last.id)(before), last]);
      setFault(`Not taken back: ${messageOf(error)}`);
    }
  }, [done, remove, goTo]);
  const takeBack = useCallback(() => void undo(), [undo]);
  return { given, write, undo: done.length > 0 ? takeBack : null, moments, said, fault };
}

type SetGiven = (id: string, value: Given | null) => void;

function useGiven() {
  const [given, setGiven] = useState<ReadonlyMap<string, Given>>(new Map());
  // Ahead of what is drawn: a key may follow on another before that.
  const latest = useRef<ReadonlyMap<string, Given>>(given);
  const set: SetGiven = useCallback((id, value) => {
    const after = new Map(latest.current);
    if (value === null) after.delete(id);
    else after.set(id, value);
    latest.current = after;
    setGiven(after);
  }, []);
  const remove = useCallback(
    async (id: string): Promise<void> => {
      const one = latest.current.get(id);
      if (one === undefined) return;
      // Gone at once: what is said anew has a note of its own.
      set(id, null);
      try {
        await deleteJson(`/api/notes/${encodeURIComponent(await one.note)}`);
      } catch (error) {
        set(id, one);
        throw error;
      }
    },
    [set],
  );
  return { given, set, remove };
}

/** What was said of the pair before gives way. */
async function save(one: Written, set: SetGiven, remove: (id: string) => Promise<void>): Promise<void> {
  const label = one.pick === 2 ? "same" : (one.pick === 1) === one.primaryFirst ? "primary" : "silent";
  const write = async (): Promise<string> => {
    await remove(one.id);
    return (await sendJson<{ readonly id: string }>("POST", `${pairPath(one.id)}/notes`, { label })).id;
  };
  const note = write();
  set(one.id, { pick: one.pick, note });
  await note;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
