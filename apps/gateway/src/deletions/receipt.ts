import type { Config } from "@understudy/config";
import type { Forgotten } from "@understudy/launch";
import type { Deletion, SubjectKind } from "@understudy/store";

/** A place, and what is to be known of it. */
export interface Place {
  readonly where: string;
  readonly what: string;
}

/** What a deletion did, as `POST /api/deletions` answers it. Never says whose it was. */
export interface Receipt {
  readonly id: string;
  readonly of: SubjectKind;
  /** Epoch milliseconds. */
  readonly requested_at: number;
  readonly deleted: Omit<Forgotten, "under_way" | "unread">;
  /** Jobs that a worker has now: what comes of them is stored without texts. */
  readonly under_way: number;
  /** Jobs whose texts this gateway cannot read; those of a request or a pair are found all the same. */
  readonly unread: number;
  /** What is still looked for, every minute until then. Epoch milliseconds. */
  readonly looked_for_until: number;
  /** What goes by itself. */
  readonly later: readonly Place[];
  /** What is out of reach here. */
  readonly not_reached: readonly Place[];
  readonly kept: string;
}

const KEPT =
  "figures of each pair (times, tokens, cost, kinds and statuses, the comparison's numbers), models, our own ids of request " +
  "and pair, and the hash that tells which turns are one conversation; no texts, no names, no id of the client's";

export function receiptOf(deletion: Deletion, forgotten: Forgotten, config: Config): Receipt {
  const { under_way, unread, ...deleted } = forgotten;
  return {
    id: deletion.id,
    of: deletion.kind,
    requested_at: deletion.requested_at,
    deleted,
    under_way,
    unread,
    looked_for_until: deletion.open_until,
    later: [
      { where: "workers", what: "calls under way end, and nothing that was said is stored of them" },
      {
        where: "spools of gateways",
        what:
          "jobs that wait on a disk while their queue is away are dropped, within a minute, when they come to it; those of a " +
          "gateway that never starts again are in its SPOOL_DIR: delete that folder",
      },
    ],
    not_reached: [...sinksOf(config), ...ELSEWHERE],
    kept: KEPT,
  };
}

function sinksOf({ logging: { sinks } }: Config): readonly Place[] {
  const names = new Set(sinks.map((sink) => ("name" in sink ? sink.name : sink.kind)));
  return [...names].map((name) => ({ where: `sink ${name}`, what: "what was logged there is deleted there" }));
}

const ELSEWHERE: readonly Place[] = [
  { where: "providers", what: "primary and silent model have had the request; their own retention holds" },
  { where: "logs", what: "lines hold texts only with mirror_settings.log_text" },
  { where: "backups", what: "of Redis and the database, and their files on disk until these are rewritten" },
  { where: "pairs of versions before 0012-deletions", what: "found by their request's or their own id alone" },
];
