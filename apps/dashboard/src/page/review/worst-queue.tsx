import type { PairPage } from "@understudy/store";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { Link } from "wouter";
import { useApiOnce } from "../frame/api.ts";
import { ms, usd } from "../frame/format.ts";
import { Fault, Loading } from "../frame/states.tsx";
import type { Names } from "../answers/side-heads.tsx";
import { type PairDetail, pairPath, shownAnswer } from "../pairs/pair-detail.ts";
import { Desk, type DeskItem } from "./desk.tsx";
import { minutesLeft, type Pick, primaryOf } from "./picks.ts";
import { useNotes } from "./use-notes.ts";

interface WorstQueueProps {
  readonly experiment: string;
  /** Kind of answer or request; null for all. */
  readonly kind: string | null;
  /** Pair to begin with; null for the worst. */
  readonly from: string | null;
}

const MOST = 100;

/** The worst pairs of an experiment, one after the other; what one says of them is noted, and decides nothing. */
export function WorstQueue({ experiment, kind, from }: WorstQueueProps): ReactNode {
  const query = new URLSearchParams({ experiment, sort: "worst", per: "prompt", limit: String(MOST) });
  if (kind !== null) query.set("kind", kind);
  const { data, error } = useApiOnce<PairPage>(`/api/pairs?${query}`);
  if (data === undefined) return error === null ? <Loading /> : <Fault error={error} />;
  const ids = data.data.map(({ id }) => id);
  const all = from === null || ids.includes(from) ? ids : [from, ...ids];
  if (all.length === 0) return <NothingWorse experiment={experiment} />;
  return <Reading experiment={experiment} ids={all} start={from === null ? 0 : all.indexOf(from)} />;
}

function NothingWorse({ experiment }: { readonly experiment: string }): ReactNode {
  return (
    <>
      <div className="head">
        <h1>Nothing to review</h1>
      </div>
      <p>
        No answer of the silent model is worse than the primary’s, as far as figures can tell.{" "}
        <Link className="link" href={`/pairs?experiment=${encodeURIComponent(experiment)}`}>
          All pairs
        </Link>
      </p>
    </>
  );
}

interface ReadingProps {
  readonly experiment: string;
  readonly ids: readonly string[];
  readonly start: number;
}

function Reading({ experiment, ids, start }: ReadingProps): ReactNode {
  const [at, setAt] = useState(start);
  const id = ids[at] ?? "";
  const { data: pair, error } = useApiOnce<PairDetail>(pairPath(id));
  // The next one is there when it is gone to.
  useApiOnce(at + 1 < ids.length ? pairPath(ids[at + 1] ?? "") : null);
  const notes = useNotes(setAt);
  const given = notes.given.get(id)?.pick ?? null;
  const primaryFirst = useOrder()(id);
  const [shown, setShown] = useState(false);
  const { write } = notes;
  const go = useCallback(
    (by: number) => setAt((before) => Math.max(0, Math.min(ids.length - 1, before + by))),
    [ids.length],
  );
  const pick = useCallback(
    (one: Pick) => {
      if (pair === undefined) return;
      write({ id, at, pick: one, primaryFirst });
      go(1);
    },
    [pair, write, id, at, primaryFirst, go],
  );
  const revealed = shown || given !== null;
  return (
    <Desk
      title={primaryOf(experiment)}
      leave={`/experiments/${encodeURIComponent(experiment)}`}
      at={at + 1}
      of={ids.length}
      minutesLeft={minutesLeft(notes.moments, ids.length - at)}
      item={pair === undefined ? null : itemOf(pair, primaryFirst, revealed)}
      given={given}
      pick={pick}
      undo={notes.undo}
      next={useCallback(() => go(1), [go])}
      previous={useCallback(() => go(-1), [go])}
      said={notes.said}
      fault={notes.fault ?? error?.message ?? null}
      note="Which model wrote which is hidden, and drawn anew for each pair. Nobody was asked about these pairs: what you say is noted beside them, and no verdict counts it."
      more={
        <button
          type="button"
          className="btn bare"
          aria-pressed={revealed}
          onClick={() => setShown((before) => !before)}
        >
          {revealed ? "Names shown" : "Show names"}
        </button>
      }
    />
  );
}

/** Which side stands first: drawn once for each pair. */
function useOrder(): (id: string) => boolean {
  const drawn = useRef(new Map<string, boolean>());
  return useCallback((id) => {
    const known = drawn.current.get(id) ?? (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) < 128;
    drawn.current.set(id, known);
    return known;
  }, []);
}

function itemOf(pair: PairDetail, primaryFirst: boolean, revealed: boolean): DeskItem {
  const [primary, silent] = [shownAnswer(pair.primary), shownAnswer(pair.silent)];
  const names = revealed ? namesOf(pair, primaryFirst) : null;
  return {
    key: pair.id,
    conversation: pair.conversation,
    first: primaryFirst ? primary : silent,
    second: primaryFirst ? silent : primary,
    names,
  };
}

function namesOf({ primary, silent, silent_model }: PairDetail, primaryFirst: boolean): Names {
  const name = (call: PairDetail["silent"], group: string) =>
    `${group} · ${ms(call?.timing.model_ms ?? null)} · ${usd(call?.cost_usd ?? null)}`;
  const [one, other] = [name(primary, primary.model_group), name(silent, silent_model)];
  return {
    left: `First: ${primaryFirst ? one : other}`,
    right: `Second: ${primaryFirst ? other : one}`,
  };
}
