import type { Config } from "@understudy/config";
import { forgetSubject } from "@understudy/launch";
import { type MirrorQueues, subjectHash } from "@understudy/mirror";
import { type Clock, type Logger, newId } from "@understudy/runtime";
import type { Receipt, SubjectKind } from "@understudy/contracts";
import type { Store } from "@understudy/store";
import { receiptOf } from "./receipt.ts";

export interface Deleter {
  /** Deletes all of a user or session, of a request or pair, and says what came of it. */
  remove(kind: SubjectKind, name: string): Promise<Receipt>;
  /** The receipt of an earlier deletion; null for none. */
  receipt(id: string): Promise<unknown>;
}

export interface DeleterDeps {
  readonly config: Config;
  readonly queues: Pick<MirrorQueues, "erase" | "eraseReviews">;
  readonly store: Store;
  /** Those that may have a queue now. */
  readonly silentModels: () => readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Beyond the longest time of a job: for spools of gateways that are away. */
const LOOKED_FOR_MS = 30 * 86_400_000;

export function createDeleter({ config, queues, store, silentModels, clock, logger }: DeleterDeps): Deleter {
  return {
    async remove(kind, name) {
      const requested_at = clock.now();
      const hashed = kind === "user" || kind === "session";
      const opened = await store.deletions.open({
        id: newId("del", requested_at),
        kind,
        name: hashed ? subjectHash(name) : name,
        requested_at,
        open_until: requested_at + LOOKED_FOR_MS,
      });
      const receipt = receiptOf(opened, await forgetSubject(opened, { queues, store, silentModels }), config);
      await store.deletions.saveReceipt(opened.id, receipt);
      logger.info("a deletion was done", { deletion: opened.id, of: kind, ...receipt.deleted });
      return receipt;
    },
    receipt: (id) => store.deletions.receipt(id),
  };
}
