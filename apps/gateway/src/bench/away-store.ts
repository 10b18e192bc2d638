import type { PairStore } from "@understudy/store";

/** A store whose database is gone: every method rejects. */
export function createAwayStore(): PairStore {
  const away = (): Promise<never> => Promise.reject(new Error("the database is away"));
  return {
    migrate: away,
    ping: away,
    savePair: away,
    addToLedger: away,
    listExperiments: away,
    experiment: away,
    listPairs: away,
    pair: away,
    deleteExpiredTexts: away,
    close: away,
  };
}
