import type { Assumed, Plan } from "@understudy/evaluation";
import { tableOf } from "./as-table.ts";
import { clean, percentText } from "./words.ts";

/** A plan for a terminal of 80 columns; before any traffic one table for all kinds of answer. */
export function asPlan(plans: readonly Plan[]): string {
  const [plan] = plans;
  return plan !== undefined && plan.experiment !== null ? ofExperiment(plan, plan.experiment) : beforeTraffic(plans);
}

const COLUMNS = 80;

/** In lines that a narrow terminal does not break inside a word. */
function wrapped(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function ofExperiment(plan: Plan, experiment: string): string {
  const { requirements, binds, never, more, pairs } = plan;
  const rows = requirements.map(({ name, what, pairs: needed, conversations, days }) => [
    `${clean(what)}${name === binds ? " *" : ""}`,
    name === "span" ? "-" : countText(needed),
    countText(conversations),
    days === null ? "-" : dayText(days),
  ]);
  const left = more.pairs === 0 ? "no more pairs" : `${countText(more.pairs)} more pairs`;
  const until = more.days === null ? "" : `, ${daysInWords(more.days)}`;
  return [
    `Plan for ${clean(experiment)}`,
    never === null ? totalOf(plan) : `Never: ${clean(never)}.`,
    ...(pairs === null ? [] : [`Still to come: ${left}${until}.`]),
    tableOf(["requirement", "pairs", "conversations", "days"], rows),
    ...(binds === null ? [] : ["* takes longest"]),
    ...assumptionsOf(plan),
  ]
    .map((text) => (text.startsWith("┌") ? text : wrapped(text)))
    .join("\n");
}

function totalOf({ pairs, days, usd, binds }: Plan): string {
  if (pairs === null)
    return `How many pairs it takes cannot be told: ${binds?.replaceAll("_", " ") ?? "nothing"} is open.`;
  const time = days === null ? "" : `, ${dayText(days.expected)} days (${dayText(days.from)} to ${dayText(days.to)})`;
  const money = usd === null ? "" : `, $${usd.all.toPrecision(3)}`;
  return `About ${countText(pairs.expected)} pairs (${countText(pairs.from)} to ${countText(pairs.to)})${time}${money}.`;
}

function assumptionsOf({ floor, overlap, loss, candidates, turns, pairs_a_day, usd, rung }: Plan): readonly string[] {
  const said = ({ from }: Assumed): string => ({ asked: "as asked", traffic: "as seen", guess: "a guess" })[from];
  const calls =
    usd === null
      ? []
      : [
          `$: candidate ${usd.silent.toPrecision(3)}, control ${usd.control.toPrecision(3)}, judge ${usd.judge.toPrecision(3)}`,
        ];
  return [
    ...(rung === "likeness"
      ? [
          `differ by chance: ${percentText(floor.value)} (${said(floor)}), overlap ${overlap.value.toFixed(2)} (${said(overlap)})`,
        ]
      : []),
    `true loss: ${percentText(loss.value)} (${said(loss)}); candidates: ${candidates.value} (${said(candidates)})`,
    `turns a conversation: ${turns.toFixed(1)}; pairs a day: ${pairs_a_day === null ? "not known" : countText(Math.round(pairs_a_day))}`,
    ...calls,
  ];
}

/** What luck makes of it stands beside: nobody should be told one number of days. */
function beforeTraffic(plans: readonly Plan[]): string {
  const rows = plans.map(({ answers, rung, floor, pairs, days, never }) => [
    answers,
    rung === "judge" ? "-" : percentText(floor.value),
    pairs === null ? "never" : countText(pairs.expected),
    pairs === null ? "-" : `${countText(pairs.from)} to ${countText(pairs.to)}`,
    days === null ? "-" : dayText(days.expected),
    never ?? "",
  ]);
  const head = ["answers", "differ by chance", "pairs", "most likely", "days"];
  const [first] = plans;
  return [
    "Before any traffic, for a candidate as good as the primary:",
    tableOf(
      head,
      rows.map((row) => row.slice(0, head.length)),
    ),
    ...rows.flatMap(([answers, , , , , never]) => (never === "" ? [] : [`${answers}: ${never}`])),
    ...(first === undefined
      ? []
      : [
          `overlap ${first.overlap.value.toFixed(2)}, candidates ${first.candidates.value}, true loss ${percentText(first.loss.value)}; each pair a conversation of its own`,
        ]),
    "Each pair is one call of the candidate and one of the control.",
  ]
    .map((text) => (text.startsWith("┌") ? text : wrapped(text)))
    .join("\n");
}

function countText(count: number | null): string {
  return count === null ? "-" : count.toLocaleString("en-US");
}

function dayText(days: number): string {
  return days >= 10 ? countText(Math.round(days)) : String(Number(days.toPrecision(2)));
}

function daysInWords(days: number): string {
  return days === 0 ? "no more days" : `${dayText(days)} days`;
}
