import type { ShownConversation } from "@understudy/contracts";
import { type ReactNode, useCallback, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { BothAnswers } from "../answers/both-answers.tsx";
import type { ShownAnswer } from "../answers/shown-answer.ts";
import type { Names } from "../answers/side-heads.tsx";
import { Talk } from "../answers/talk.tsx";
import { useKey } from "../frame/keys.ts";
import { type Pick, PICK_WORDS, PICKS } from "./picks.ts";
import "./review.css";

/** A pair whose sides are hidden. */
export interface DeskItem {
  readonly key: string;
  readonly conversation: ShownConversation | null;
  readonly first: ShownAnswer;
  readonly second: ShownAnswer;
  /** Who they are, what they took and cost; null while that is hidden. */
  readonly names: Names | null;
}

export interface DeskProps {
  /** What the queue is of, and where to go when one has enough. */
  readonly title: string;
  readonly leave: string;
  /** Number of the pair that is shown, from 1, of how many. */
  readonly at: number;
  readonly of: number;
  readonly minutesLeft: number | null;
  /** Null while it is read. */
  readonly item: DeskItem | null;
  readonly given: Pick | null;
  readonly pick: (pick: Pick) => void;
  readonly undo: (() => void) | null;
  readonly next: () => void;
  readonly previous: () => void;
  /** What just happened, for whoever does not see it. */
  readonly said: string;
  readonly fault: string | null;
  /** What becomes of what one says here. */
  readonly note: string;
  readonly more: ReactNode;
}

const BLIND: Names = {
  left: (
    <>
      <kbd aria-hidden="true">1</kbd> First
    </>
  ),
  right: (
    <>
      <kbd aria-hidden="true">3</kbd> Second
    </>
  ),
};

/** The desk at which pairs are read, one at a time, by keyboard or pointer; the choice is in one place for all of them. */
export function Desk(props: DeskProps): ReactNode {
  const { item, pick, undo, next, previous, leave } = props;
  const [, navigate] = useLocation();
  useKey("j", next);
  useKey("k", previous);
  useKey(
    "u",
    useCallback(() => undo?.(), [undo]),
  );
  useKey(
    "Escape",
    useCallback(() => navigate(leave), [navigate, leave]),
  );
  useKey(
    "1",
    useCallback(() => pick(1), [pick]),
  );
  useKey(
    "2",
    useCallback(() => pick(2), [pick]),
  );
  useKey(
    "3",
    useCallback(() => pick(3), [pick]),
  );
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
  }, [item?.key]);
  return (
    <div className="review" ref={top}>
      <Top {...props} />
      {item === null ? (
        <p className="loading" role="status">
          Loading …
        </p>
      ) : (
        <article key={item.key} aria-label={`Pair ${props.at} of ${props.of}`}>
          <Talk conversation={item.conversation} />
          <BothAnswers
            left={item.first}
            right={item.second}
            tools={item.conversation?.tools ?? []}
            names={item.names ?? BLIND}
          />
        </article>
      )}
      {props.fault !== null && (
        <p className="bad" role="alert">
          {props.fault}
        </p>
      )}
      <Choice given={props.given} pick={pick} />
      <Keys note={props.note} />
      <p className="unseen" role="status">
        {props.said}
      </p>
    </div>
  );
}

function Top({ title, at, of, minutesLeft, undo, leave, more }: DeskProps): ReactNode {
  return (
    <div className="rv-top">
      <h1>
        Review <span className="name-of">{title}</span>
      </h1>
      <div className="progress">
        <p>
          <span>
            <b>{at}</b> of {of}
          </span>
          <span>{minutesLeft !== null && `about ${minutesLeft} min left`}</span>
        </p>
        <progress className="track" max={Math.max(1, of)} value={at} aria-label="Pairs read" />
      </div>
      <div className="right">
        {more}
        <button type="button" className="btn bare" disabled={undo === null} onClick={() => undo?.()}>
          Undo <kbd aria-hidden="true">u</kbd>
        </button>
        <Link href={leave} className="btn bare">
          Done <kbd aria-hidden="true">esc</kbd>
        </Link>
      </div>
    </div>
  );
}

function Choice({ given, pick }: { readonly given: Pick | null; readonly pick: (pick: Pick) => void }): ReactNode {
  return (
    <div className="choose" role="group" aria-label="Which answer is better">
      {PICKS.map((one) => (
        <button key={one} type="button" className="btn" aria-pressed={given === one} onClick={() => pick(one)}>
          <kbd aria-hidden="true">{one}</kbd>
          {PICK_WORDS[one]}
        </button>
      ))}
    </div>
  );
}

function Keys({ note }: { readonly note: string }): ReactNode {
  return (
    <p className="keys">
      <span aria-hidden="true">
        <kbd>j</kbd>
        <kbd>k</kbd> next, previous pair
      </span>
      <span aria-hidden="true">
        <kbd>n</kbd>
        <kbd>p</kbd> next, previous difference
      </span>
      <span aria-hidden="true">
        <kbd>1</kbd>
        <kbd>2</kbd>
        <kbd>3</kbd> decide and go on
      </span>
      <span aria-hidden="true">
        <kbd>u</kbd> undo
      </span>
      <span className="tells">{note}</span>
    </p>
  );
}
