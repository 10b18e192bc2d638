import type { LabelProgress } from "@understudy/evaluation";
import { createInterface } from "node:readline";
import { type Api, ConflictFault } from "./api.ts";
import { CLIENT_HELP, type ClientCall, runClientCommand, UsageError } from "./client-command.ts";
import { pairText } from "./label/pair-text.ts";
import { ASKED, readChoice } from "./label/read-choice.ts";
import { clean } from "./report/words.ts";

const HELP = `Usage: understudy label --experiment EXPERIMENT [flags]

Shows pairs that wait for a label, one after the other and blind, and asks which answer is the better one. What you type
is a key and, if you like, a note: "2 names the wrong price".

  --experiment EXPERIMENT  whose pairs
  --reviewer NAME          who you are, kept with the label
${CLIENT_HELP}`;

const text = { type: "string" } as const;

/** `understudy label` */
export function runLabel(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return runClientCommand({ help: HELP, options: { experiment: text, reviewer: text }, run }, args, env);
}

async function run({ api, json, positionals, values }: ClientCall): Promise<string> {
  const { experiment, reviewer } = values;
  if (typeof experiment !== "string" || positionals.length > 0) throw new UsageError("name the --experiment");
  const typing = createInterface({ input: process.stdin });
  // At once: a line that comes before somebody listens is lost.
  const lines = typing[Symbol.asyncIterator]();
  try {
    const labelled = await labelAll(
      { api, experiment, reviewer: typeof reviewer === "string" ? reviewer : null },
      lines,
    );
    const progress = await api.labels(experiment);
    return json ? JSON.stringify(progress, null, 2) : `${labelled} labelled now; ${progressText(progress)}`;
  } finally {
    typing.close();
  }
}

interface Labelling {
  readonly api: Api;
  readonly experiment: string;
  readonly reviewer: string | null;
}

/** Until nobody waits, or whoever labels goes. */
async function labelAll(
  { api, experiment, reviewer }: Labelling,
  lines: AsyncIterableIterator<string>,
): Promise<number> {
  let labelled = 0;
  let pair = await show(api, experiment);
  if (pair === null) return labelled;
  for await (const line of lines) {
    const said = readChoice(line);
    if (said.kind === "quit") return labelled;
    if (said.kind === "unread") {
      process.stderr.write(`${ASKED}\n`);
      continue;
    }
    try {
      await api.label(pair, { label: said.choice, note: said.note, reviewer });
      labelled += 1;
    } catch (error) {
      if (!(error instanceof ConflictFault)) throw error;
      process.stderr.write(`${error.message}\n`);
    }
    pair = await show(api, experiment);
    if (pair === null) return labelled;
  }
  return labelled;
}

/** The id of the pair that is shown; null where none waits. */
async function show(api: Api, experiment: string): Promise<string | null> {
  const { next, progress } = await api.nextLabel(experiment);
  if (next === null) return null;
  process.stderr.write(`\n${pairText(next)}\n${progress.waiting} wait. ${ASKED}\n`);
  return next.id;
}

function progressText({ drawn, labelled, skipped, overdue, waiting }: LabelProgress): string {
  return clean(`${drawn} drawn = ${labelled} labelled + ${skipped} skipped + ${overdue} overdue + ${waiting} waiting`);
}
