import type { Config } from "@understudy/config";
import type { Forgotten } from "@understudy/launch";
import type { DeletionPlace, Receipt } from "@understudy/contracts";
import type { Deletion } from "@understudy/store";

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

function sinksOf({ logging: { sinks } }: Config): readonly DeletionPlace[] {
  const names = new Set(sinks.map((sink) => ("name" in sink ? sink.name : sink.kind)));
  return [...names].map((name) => ({ where: `sink ${name}`, what: "what was logged there is deleted there" }));
}

const ELSEWHERE: readonly DeletionPlace[] = [
  { where: "providers", what: "primary and silent model have had the request; their own retention holds" },
  { where: "logs", what: "lines hold texts only with mirror_settings.log_text" },
  { where: "backups", what: "of Redis and the database, and their files on disk until these are rewritten" },
  { where: "pairs of versions before 0012-deletions", what: "found by their request's or their own id alone" },
];
