import { type RequestView, viewRequest } from "@understudy/apis";
import { checkedAnswer, passes, type PureCheck } from "@understudy/evaluation/own-checks";
import type { OwnCheck } from "@understudy/config";
import type { Answer } from "@understudy/contracts";
import { answerTasks, parseBoundedJson } from "@understudy/runtime";
import type { CheckAnswer, CheckAnswers, CheckTask } from "./check-task.ts";
import { loadScript, scriptPasses } from "./run-script.ts";

answerTasks(async ({ checks, answers, api, request }: CheckTask): Promise<CheckAnswers> => {
  const body = parsed(request);
  const asked = { body, view: viewRequest(api, body) };
  const found: CheckAnswer[][] = [];
  for (const check of checks) {
    const own: CheckAnswer[] = answers.length === 0 ? [await lookedAt(check)] : [];
    for (const answer of answers) own.push(await resultOf(check, answer, asked));
    found.push(own);
  }
  return found;
});

const ANY_ANSWER = { output: "{}", refused: false };

async function lookedAt(check: OwnCheck): Promise<CheckAnswer> {
  return guarded(async () => {
    if (isPure(check)) passes(check, ANY_ANSWER);
    else await loadScript(check);
    return true;
  });
}

interface Asked {
  readonly body: unknown;
  readonly view: RequestView;
}

function resultOf(check: OwnCheck, answer: Answer, { body, view }: Asked): Promise<CheckAnswer> {
  return guarded(() => {
    const seen = checkedAnswer(answer, view);
    return isPure(check) ? passes(check, seen) : scriptPasses(check, { ...seen, answer, request: body });
  });
}

/** A check that throws says nothing of the answer: it may be the check that is wrong. */
async function guarded(work: () => boolean | Promise<boolean>): Promise<CheckAnswer> {
  try {
    return { as: (await work()) ? "pass" : "fail", why: null };
  } catch (error) {
    return { as: "not_run", why: error instanceof Error ? error.message.slice(0, 500) : "it threw what is no error" };
  }
}

function isPure(check: OwnCheck): check is OwnCheck & { readonly type: PureCheck } {
  return check.type !== "javascript";
}

function parsed(request: string): unknown {
  try {
    return parseBoundedJson(request);
  } catch {
    return null;
  }
}
