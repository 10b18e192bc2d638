import { type Config, experimentBetween, reverseBetween, type SilentTarget } from "@understudy/config";
import type { ControlState, ExperimentKey } from "@understudy/contracts";
import { derivedFrom, type FollowedControl, viewOf, whyNotMirrored } from "@understudy/control";
import type { MirrorRule, MirrorRules } from "@understudy/mirror";
import type { Clock } from "@understudy/runtime";

export interface FollowedRules extends MirrorRules {
  /** Every experiment that requests are mirrored for now, those of the configuration included. */
  experiments(): readonly ExperimentKey[];
}

/** What mirroring goes by, as the state of this moment has it. Read anew when that changes, and looked up for each request. */
export function createMirrorRules(config: Config, control: FollowedControl, clock: Clock): FollowedRules {
  const now = derivedFrom(control, (state) => compile(config, state));
  return {
    ruleOf: (experiment) => ruleIn(now(), experiment, clock.now()),
    addedTo: (primaryGroup) => now().added.get(primaryGroup) ?? [],
    reverseOf: (rollout) => now().reverse.get(rollout) ?? null,
    experiments: () => now().experiments,
  };
}

interface Compiled {
  readonly state: ControlState;
  readonly added: ReadonlyMap<string, readonly SilentTarget[]>;
  /** By rollout. */
  readonly reverse: ReadonlyMap<string, SilentTarget>;
  /** The experiment whose settings the reverse one goes by. */
  readonly forwardOf: ReadonlyMap<string, string>;
  readonly experiments: readonly ExperimentKey[];
}

function compile(config: Config, state: ControlState): Compiled {
  const added = new Map<string, SilentTarget[]>();
  const reverse = new Map<string, SilentTarget>();
  const forwardOf = new Map<string, string>();
  const experiments = new Map<string, ExperimentKey>(config.experiments.map((one) => [one.id, one]));
  for (const { primary, silent } of state.experiments.filter(({ named_by }) => named_by === "api")) {
    const found = experimentBetween(config, primary, silent);
    if (found === null) continue;
    added.set(primary, [...(added.get(primary) ?? []), found.target]);
    experiments.set(found.experiment.id, { id: found.experiment.id, primary, silent });
  }
  for (const { id, experiment, primary, silent, state: of } of state.rollouts) {
    const found = of === "done" ? null : reverseBetween(config, primary, silent);
    if (found === null) continue;
    const { id: reverseId } = found.experiment;
    reverse.set(id, found.target);
    if (!config.experiments.some((one) => one.id === reverseId)) forwardOf.set(reverseId, experiment);
    experiments.set(reverseId, { id: reverseId, primary: silent, silent: primary });
  }
  return { state, added, reverse, forwardOf, experiments: [...experiments.values()] };
}

const NOTHING_SAID: MirrorRule = { stopped: null, sampleRate: null };

function ruleIn({ state, forwardOf }: Compiled, id: string, now: number): MirrorRule {
  const said = viewOf(state).experiment(forwardOf.get(id) ?? id);
  if (said === null) return NOTHING_SAID;
  return { stopped: whyNotMirrored(said, now), sampleRate: said.settings.sample_rate };
}
