import { comparePair } from "@understudy/evaluation/compare";
import { answerTasks, parseBoundedJson } from "@understudy/runtime";
import type { ComparePairTask } from "./pair-comparer.ts";

answerTasks(({ primary, silent, request }: ComparePairTask) => comparePair(primary, silent, parsed(request)));

function parsed(request: string): unknown {
  try {
    return parseBoundedJson(request);
  } catch {
    return null;
  }
}
