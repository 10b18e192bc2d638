import { type ReactNode, useState } from "react";
import { alone, foldedTexts, type Side } from "./folds.ts";
import { Prose } from "./prose.tsx";
import { AnswerHead, type Names } from "./side-heads.tsx";
import type { TextDifference } from "./text-difference.ts";

/** Places that are shown at once, and how many more with each step. */
const MOST_PLACES = 100;

interface TextAnswersProps {
  readonly left: string;
  readonly right: string;
  /** Null while it is worked out, and where one of them says nothing. */
  readonly difference: TextDifference | null;
  readonly names: Names;
  /** What is said of a side in place of how long it is. */
  readonly asides: Readonly<Record<Side, string | null>>;
}

/** Two texts side by side, with what differs marked and what is the same folded on both sides together. */
export function TextAnswers({ left, right, difference, names, asides }: TextAnswersProps): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [most, setMost] = useState(MOST_PLACES);
  const folded =
    difference === null
      ? { left: alone(left, "left"), right: alone(right, "right") }
      : foldedTexts(difference, { left, right, most });
  const unfold = (id: string): void => {
    if (id === "rest") setMost((before) => before + MOST_PLACES);
    else setOpen((before) => new Set(before).add(id));
  };
  const texts = { left, right };
  return (
    <div className="both">
      {(["left", "right"] as const).map((side) => (
        <section key={side} className="one" aria-labelledby={`head-${side}`}>
          <AnswerHead side={side} name={names[side]} aside={asides[side] ?? words(texts[side])} />
          <Prose text={texts[side]} folded={folded[side]} open={open} unfold={unfold} />
        </section>
      ))}
    </div>
  );
}

/** Counted as far as a person would. */
function words(text: string): string {
  const number = text.slice(0, 2_000_000).trim().split(/\s+/).length;
  return text.trim() === "" ? "nothing" : number === 1 ? "1 word" : `${number.toLocaleString("en")} words`;
}
