import { type Clock, errorFields, type Logger, type Service, within } from "@understudy/runtime";
import type { Store } from "@understudy/store";

const TRY_AGAIN_MS = 2_000;
/** A database that takes connections and does not answer is given up on after half a minute; nobody waits for that. */
const START_PATIENCE_MS = 2_000;

/**
 * Brings the database's schema up to date at start, and keeps trying in the background while it cannot be reached. What
 * starts after it waits for a moment at most: clients are served without a database.
 */
export function createSchemaService(store: Pick<Store, "migrate">, clock: Clock, logger: Logger): Service {
  let cancel: (() => void) | undefined;
  let stopped = false;
  let said = false;

  async function migrate(): Promise<void> {
    try {
      await store.migrate();
      if (said) logger.info("the database can be reached; its schema is up to date");
    } catch (error) {
      if (!said) logger.warn("the database's schema cannot be brought up to date; trying on", errorFields(error));
      said = true;
      if (!stopped) cancel = clock.after(TRY_AGAIN_MS, () => void migrate());
    }
  }

  return {
    name: "database schema",
    async start() {
      await within(migrate(), START_PATIENCE_MS, clock);
    },
    stop() {
      stopped = true;
      cancel?.();
      return Promise.resolve();
    },
  };
}
