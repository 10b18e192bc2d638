import { type Config, modelGroupOf } from "@understudy/config";
import { compileTargets } from "@understudy/providers";
import { type Clock, type Random, systemClock, systemRandom } from "@understudy/runtime";
import type { Call, CallRequest } from "./call.ts";
import { DeploymentState } from "./deployment-state.ts";
import type { CallDeps } from "./group-attempts.ts";
import { placeCall } from "./place-call.ts";
import type { HttpTransport } from "./transport.ts";

export interface CallRouter {
  /** Places a call. Never rejects for a provider's trouble: the call then carries an `error`. */
  call(request: CallRequest): Promise<Call>;
  /** The model group that a requested name means, or null. */
  groupOf(model: string): string | null;
  /** Names a client may use, hidden aliases left out. */
  models(): readonly string[];
  close(): Promise<void>;
}

export interface RouterDeps {
  readonly transport: HttpTransport;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Throws `ConfigError` when a deployment cannot be called as configured. */
export function createCallRouter(config: Config, deps: RouterDeps): CallRouter {
  const { transport, clock = systemClock, random = systemRandom } = deps;
  const groups = deploymentsByGroup(config, clock);
  const { aliases } = config.router;
  const callDeps: CallDeps = {
    settings: config.router,
    deploymentsOf: (group) => groups.get(group) ?? [],
    groupOf: (name) => modelGroupOf(config, name),
    nameBehind: (name) => (Object.hasOwn(aliases, name) ? (aliases[name]?.group ?? name) : name),
    transport,
    clock,
    random,
  };
  return {
    call: (request) => placeCall(request, callDeps),
    groupOf: (model) => modelGroupOf(config, model),
    models: () => [...new Set([...groups.keys(), ...visibleAliases(config)])],
    close: () => transport.close(),
  };
}

function deploymentsByGroup(config: Config, clock: Clock): ReadonlyMap<string, readonly DeploymentState[]> {
  const targets = compileTargets(config);
  const grouped = Map.groupBy(targets, (target) => target.deployment.modelGroup);
  return new Map(
    [...grouped].map(([group, members]) => [
      group,
      members.map((target) => new DeploymentState(target, members.length, config.router, clock)),
    ]),
  );
}

function visibleAliases(config: Config): readonly string[] {
  return Object.entries(config.router.aliases)
    .filter(([, alias]) => !alias.hidden)
    .map(([name]) => name);
}
