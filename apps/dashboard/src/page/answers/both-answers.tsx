import type { ShownConversation } from "@understudy/contracts";
import { type ReactNode, useMemo, useRef } from "react";
import { useKey } from "../frame/keys.ts";
import "./answers.css";
import { foundOf } from "./found.ts";
import { Visible } from "./prose.tsx";
import { documentOf } from "./json-lines.ts";
import { JsonAnswers } from "./json-answers.tsx";
import type { Names } from "./side-heads.tsx";
import type { ShownAnswer } from "./shown-answer.ts";
import { TextAnswers } from "./text-answers.tsx";
import { ToolAnswers } from "./tool-answers.tsx";
import type { TextDifference } from "./text-difference.ts";
import { useDifference } from "./use-difference.ts";
import { usePlaces } from "./use-places.ts";

interface BothAnswersProps {
  readonly left: ShownAnswer;
  readonly right: ShownAnswer;
  readonly tools: ShownConversation["tools"];
  readonly names: Names;
}

/** Characters of each side beyond which texts are shown and not compared. */
const LARGEST = 1_000_000;

/** Two answers with how they differ: a line that says it and steps through it (`n`, `p`), then both, side by side. */
export function BothAnswers({ left, right, tools, names }: BothAnswersProps): ReactNode {
  const root = useRef<HTMLDivElement>(null);
  const { next, previous } = usePlaces(root);
  useKey("n", next);
  useKey("p", previous);
  const { documents, comparable, difference } = useCompared(left.text, right.text);
  const called = left.tool_calls.length + right.tool_calls.length > 0;
  const asText = documents === null && (left.text !== "" || right.text !== "" || !called);
  const found = foundOf({
    left,
    right,
    tools,
    documents,
    difference,
  });
  return (
    <div ref={root}>
      <div className="found">
        <span className="what">
          <b>{comparable && difference === null ? "Comparing …" : found.count}</b>{" "}
          <span className="soft">
            <Visible text={found.words} />
          </span>
        </span>
        <span className="push">
          <button type="button" className="btn bare small" onClick={previous}>
            <kbd aria-hidden="true">p</kbd>previous
          </button>
          <button type="button" className="btn bare small" onClick={next}>
            next<kbd aria-hidden="true">n</kbd>
          </button>
        </span>
      </div>
      {called && <ToolAnswers left={left.tool_calls} right={right.tool_calls} tools={tools} names={names} />}
      {documents !== null && <JsonAnswers left={documents[0]} right={documents[1]} names={names} />}
      {asText && (
        <TextAnswers
          left={left.text}
          right={right.text}
          difference={difference}
          names={names}
          asides={{ left: left.note, right: right.note }}
        />
      )}
    </div>
  );
}

interface Compared {
  /** Both as JSON, where both are. */
  readonly documents: readonly [unknown, unknown] | null;
  /** Whether both are texts that can be compared. */
  readonly comparable: boolean;
  /** Null while it is worked out, and where they are not compared. */
  readonly difference: TextDifference | null;
}

function useCompared(left: string, right: string): Compared {
  const documents = useMemo(() => {
    const both = [documentOf(left), documentOf(right)] as const;
    return both[0] === undefined || both[1] === undefined ? null : both;
  }, [left, right]);
  const comparable = documents === null && left !== "" && right !== "" && left.length + right.length < LARGEST;
  const difference = useDifference(comparable ? left : "", comparable ? right : "");
  return { documents, comparable, difference: comparable ? difference : null };
}
