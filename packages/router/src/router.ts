import { APIS } from "@understudy/apis";
import { type Config, modelGroupOf, secretsOf } from "@understudy/config";
import { compileTargets } from "@understudy/providers";
import { type Clock, createLearningRedactor, type Random, systemClock, systemRandom } from "@understudy/runtime";
import { createAuthorizer } from "./credentials/authorizer.ts";
import type { Call, CallRequest } from "./call/call.ts";
import { AnswerOwners } from "./deployments/answer-owners.ts";
import { DeploymentState } from "./deployments/deployment-state.ts";
import type { CallDeps } from "./call/group-outcome.ts";
import { type Passed, passOn, type PassRequest } from "./call/pass-on.ts";
import { placeCall } from "./call/place-call.ts";
import type { HttpTransport } from "./transport/transport.ts";
import { withoutOurSecrets } from "./call/without-our-secrets.ts";

export interface CallRouter {
  /** Places a call. Never rejects for a provider's trouble: the call then carries an `error`. */
  call(request: CallRequest): Promise<Call>;
  /** Asks for what is no call of a model; see `PassRequest`. */
  passOn(request: PassRequest): Promise<Passed | null>;
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
  const redactor = createLearningRedactor(secretsOf(config));
  const callDeps: CallDeps = {
    settings: config.router,
    deploymentsOf: (group) => groups.get(group) ?? [],
    groupOf: (name) => modelGroupOf(config, name),
    nameBehind: (name) => (Object.hasOwn(aliases, name) ? (aliases[name]?.group ?? name) : name),
    transport,
    authorize: createAuthorizer({ transport, clock, learn: redactor.learn }),
    clock,
    random,
    redactor,
    owners: haveSeveralAccounts([...groups.values()].flat()) ? new AnswerOwners() : null,
  };
  return {
    call: async (request) => withoutOurSecrets(await placeCall(request, callDeps), callDeps.redactor),
    passOn: (request) => {
      const { model } = request;
      const states = model === null ? [...groups.values()].flat() : (groups.get(model.group) ?? []);
      return passOn(request, states, callDeps);
    },
    groupOf: (model) => modelGroupOf(config, model),
    models: () => [...new Set([...groups.keys(), ...visibleAliases(config)])],
    close: () => transport.close(),
  };
}

/** Where one account has made all answers, nobody need remember who made which. */
function haveSeveralAccounts(states: readonly DeploymentState[]): boolean {
  return Object.values(APIS).some(({ name, following }) => {
    const speaking = following === null ? [] : states.filter(({ target }) => target.ways[name] !== undefined);
    return new Set(speaking.map((state) => state.accountAt(name))).size > 1;
  });
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
