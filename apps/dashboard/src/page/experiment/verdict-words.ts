import type { Criterion, Report } from "@understudy/evaluation";
import { count, percent } from "../frame/format.ts";

type Kind = Report["verdict"]["kinds"][number];

/** `350 of 400 pairs, 296 conversations, 4 conversations still open`: what the verdict rests on, and what has not entered yet. */
export function evidenceText({ verdict, pairs }: Pick<Report, "verdict" | "pairs">): string {
  const { pairs: entered, conversations, open } = verdict;
  const of = entered < pairs.called ? ` of ${count(pairs.called)}` : "";
  const named = of === "" && entered === 1 ? "pair" : "pairs";
  return [
    `${count(entered)}${of} ${named}`,
    ...(conversations === entered ? [] : [counted(conversations, "conversation")]),
    ...(open === 0 ? [] : [`${counted(open, "conversation")} still open`]),
  ].join(", ");
}

const STATES: Readonly<Record<Criterion["state"], string>> = {
  pass: "✓ within",
  fail: "✕ beyond",
  open: "○ open",
  cannot_tell: "– cannot tell",
  off: "not asked",
};

/** A pass that holds only under a condition says so wherever it is shown. */
export function stateText({ state, basis }: Pick<Criterion, "state" | "basis">): string {
  return `${STATES[state]}${state === "pass" && basis === "conditional" ? ", on condition" : ""}`;
}

export function moreText({ state, pairs_needed }: Pick<Criterion, "state" | "pairs_needed">): string {
  if (state === "cannot_tell") return "none would do";
  if (pairs_needed === null) return "cannot be told";
  return pairs_needed === 0 ? "–" : `about ${count(pairs_needed)}`;
}

export const KIND_STATES: Readonly<Record<Kind["state"], string>> = {
  failing: "✕ fails by itself",
  open: "○ open",
  shown: "✓ shown",
  small: "– too rare",
};

/** What needs a look first: failing, then open; the frequent before the rare. */
export function kindsInOrder(kinds: readonly Kind[]): readonly Kind[] {
  const states = Object.keys(KIND_STATES);
  return kinds.toSorted(
    (one, other) => states.indexOf(one.state) - states.indexOf(other.state) || other.share - one.share,
  );
}

/** `8 kinds: 1 fails by itself, 2 open, 5 shown`. */
export function kindsText(kinds: readonly Kind[]): string {
  const parts = Object.entries(KIND_STATES).flatMap(([state, text]) => {
    const number = kinds.filter((kind) => kind.state === state).length;
    return number === 0 ? [] : [`${count(number)} ${text.slice(2)}`];
  });
  return `${counted(kinds.length, "kind")}: ${parts.join(", ")}`;
}

function counted(number: number, name: string): string {
  return `${count(number)} ${name}${number === 1 ? "" : "s"}`;
}

/** Days until the verdict is expected, in words; null where there is nothing to wait for, or no telling. */
export function moreDays(days: number | null): string | null {
  if (days === null || days === 0) return null;
  const hours = Math.max(1, Math.round(days * 24));
  const time = days >= 1 ? `${Number(days.toPrecision(2))} days` : hours === 1 ? "an hour" : `${hours} hours`;
  return `about ${time} more at the pace so far`;
}

/** `2,000 pairs`, `5,000 pairs in 250 conversations`, and the share of all that it speaks for. */
export function restsOn({ pairs, conversations, share }: Pick<Criterion, "pairs" | "conversations" | "share">): string {
  const talks = conversations === pairs ? "" : ` in ${count(conversations)} conversations`;
  const part = share === null || share > 0.995 ? "" : `, speaks for ${percent(share)}`;
  return `${count(pairs)} pairs${talks}${part}`;
}
