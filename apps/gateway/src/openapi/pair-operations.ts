import { type Operation, PAGE } from "./operation.ts";
import { anything, object, pageOf, ref } from "./schema.ts";

const experiment = "/api/experiments/{id}";

const FILTERS = {
  experiment: "of this experiment",
  outcome: "paired, failed, expired or dropped",
  request_id: "of this request",
  agrees: "true or false",
  comparable: "true or false",
  silent_status: "ok, error or partial",
  slower_than_ms: "the silent model was slower by more",
  dearer_than_usd: "the silent model was dearer by more",
  tools_differ: "true",
  refused: "true",
  text: "in prompt or answers",
  since: "a date, or epoch milliseconds",
  until: "a date, or epoch milliseconds",
  kind: "of answer or of request",
  sort: "what comes first",
  format: "jsonl or csv: all of them as a file",
  texts: "true: with request and answers, in JSON lines",
};

/** Pairs, what people say of them, and their end. */
export const PAIRS: readonly Operation[] = [
  {
    method: "get",
    path: "/api/pairs",
    tag: "pairs",
    summary: "Pairs, newest first unless sorted",
    query: { ...FILTERS, ...PAGE },
    answer: pageOf(ref("Pair")),
  },
  {
    method: "get",
    path: "/api/pairs/{id}",
    tag: "pairs",
    summary: "One pair, with its texts while they are kept",
    answer: ref("Pair"),
  },
  {
    method: "post",
    path: "/api/pairs/{id}/notes",
    tag: "labels",
    summary: "Says which answer is better, for who reads on; it decides nothing",
    body: ref("Note"),
    status: 201,
    answer: anything,
  },
  {
    method: "delete",
    path: "/api/notes/{id}",
    tag: "labels",
    summary: "Takes a note back",
    query: { reviewer: "who made it" },
    answer: ref("LabelDone"),
  },
  {
    method: "get",
    path: `${experiment}/labels`,
    tag: "labels",
    summary: "How far the labels of an experiment are",
    answer: ref("LabelProgress"),
  },
  {
    method: "get",
    path: `${experiment}/labels/next`,
    tag: "labels",
    summary: "The next pair to be labelled, blind",
    answer: object({ next: anything, progress: ref("LabelProgress") }),
  },
  {
    method: "post",
    path: "/api/labels/{id}",
    tag: "labels",
    summary: "Labels it",
    body: ref("Label"),
    answer: ref("LabelDone"),
  },
  {
    method: "delete",
    path: "/api/labels/{id}",
    tag: "labels",
    summary: "Takes a label back, until it has entered the evidence",
    query: { reviewer: "who gave it" },
    answer: ref("LabelDone"),
  },
  {
    method: "post",
    path: "/api/deletions",
    tag: "privacy",
    summary: "Deletes all texts of a user or session, of a request or pair",
    body: ref("Subject"),
    answer: ref("Receipt"),
  },
  {
    method: "get",
    path: "/api/deletions/{id}",
    tag: "privacy",
    summary: "The receipt of a deletion",
    answer: ref("Receipt"),
  },
  {
    method: "delete",
    path: "/api/data",
    tag: "privacy",
    summary: "The same, with what is meant in the query",
    query: { user: "of this user", session: "of this session", request_id: "of this request", pair_id: "this pair" },
    answer: ref("Receipt"),
  },
];
