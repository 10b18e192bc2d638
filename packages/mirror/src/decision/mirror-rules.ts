import type { SilentTarget } from "@understudy/config";

/** What can be changed of mirroring while it runs; asked anew for each request. */
export interface MirrorRules {
  /** What was said of an experiment since its configuration. */
  ruleOf(experiment: string): MirrorRule;
  /** Experiments of a primary model group that no deployment names. */
  addedTo(primaryGroup: string): readonly SilentTarget[];
  /** Where the answers of a rollout's candidate are mirrored to: the old primary. Null once nobody watches any more. */
  reverseOf(rollout: string): SilentTarget | null;
}

export interface MirrorRule {
  /** Why no request is mirrored now; null where one may be. */
  readonly stopped: "paused" | "ended" | null;
  /** Share of requests, 0 to 1; null: as configured. */
  readonly sampleRate: number | null;
}

const NOTHING_SAID: MirrorRule = { stopped: null, sampleRate: null };

/** Where nothing can be changed while it runs. */
export const AS_CONFIGURED: MirrorRules = {
  ruleOf: () => NOTHING_SAID,
  addedTo: () => [],
  reverseOf: () => null,
};
