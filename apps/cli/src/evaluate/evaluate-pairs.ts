import type { OwnCheckSet } from "@understudy/config";
import { standingOf } from "@understudy/evaluation";
import type { Pair } from "@understudy/store";
import type { OwnChecker } from "@understudy/worker";
import type { Api } from "../api.ts";
import { addChecked, addFailed, emptyResult, type EvaluateResult } from "./tally.ts";

export interface Evaluating {
  readonly experiment: string;
  readonly set: OwnCheckSet;
  /** At most so many pairs, from the newest. */
  readonly last: number;
}

interface Deps {
  readonly api: Api;
  readonly checker: Pick<OwnChecker, "check">;
  readonly looked: (done: number) => void;
}

/** Pairs that are read and checked at once. */
const AT_ONCE = 8;

/** Holds the answers of stored pairs to the checks, page by page: never more than a few texts are in memory. */
export async function evaluatePairs({ experiment, set, last }: Evaluating, deps: Deps): Promise<EvaluateResult> {
  const result = emptyResult(experiment, set);
  for await (const ids of deps.api.pairPages(experiment, last)) {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => looked(id, set, deps)));
      // In their order, so that the first that are named are the newest.
      for (const add of some) add(result);
      result.pairs += some.length;
      deps.looked(result.pairs);
    }
  }
  return result;
}

type Add = (result: EvaluateResult) => void;

async function looked(id: string, set: OwnCheckSet, { api, checker }: Deps): Promise<Add> {
  const pair = await api.pair(id);
  const { primary, silent, comparison, request } = pair;
  const standing = silent === null ? null : standingOf(primary, silent, comparison).standing;
  if (standing === "silent_failed") return (result) => addFailed(result, id);
  if (standing !== "measured") return (result) => void (result.not_comparable += 1);
  if (!hasTexts(pair) || primary.answer === null || !silent?.answer || primary.answer.vectors !== undefined)
    return (result) => void (result.without_texts += 1);
  const asked = { api: primary.operation, request: JSON.stringify(request) };
  const answers = { primary: primary.answer, silent: silent.answer, ...asked };
  const checked = await checker.check(set, answers, id);
  return (result) => addChecked(result, id, checked);
}

/** Where texts are not kept, the request is not either. */
function hasTexts({ request }: Pair): boolean {
  return request !== null;
}
