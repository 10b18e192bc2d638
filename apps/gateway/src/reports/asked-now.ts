import type { Config } from "@understudy/config";
import type { ExperimentEvent, ExperimentKey } from "@understudy/contracts";
import { type Control, viewOf } from "@understudy/control";
import { questionOf } from "@understudy/evaluation";
import type { Store } from "@understudy/store";

export interface AskedNowDeps {
  readonly config: Config;
  readonly control: Pick<Control, "current">;
  readonly store: Pick<Store, "control">;
}

const EVENTS_READ = 500;

/** What an experiment is asked now, with the sample rates that were in force before: what was mirrored then is held to them. */
export async function askedNow(key: ExperimentKey, { config, control, store }: AskedNowDeps) {
  const asked = questionOf(config, key);
  const set = viewOf(control.current()).experiment(key.id)?.settings.sample_rate ?? null;
  const sampleRate = set ?? asked.sampleRate;
  const events = await store.control.events(key.id, { limit: EVENTS_READ });
  const earlierRates = ratesIn(events, asked.sampleRate).filter((rate) => rate !== sampleRate);
  return { ...asked, sampleRate, ...(earlierRates.length > 0 ? { earlierRates } : {}) };
}

/** Oldest first; null of a change is what the config has. */
function ratesIn(events: readonly ExperimentEvent[], configured: number | null): readonly number[] {
  const rates = events
    .toReversed()
    .flatMap(({ changes }) => changes["sample_rate"] ?? [])
    .map((rate) => rate ?? configured);
  return [...new Set(rates.filter((rate) => typeof rate === "number"))];
}
