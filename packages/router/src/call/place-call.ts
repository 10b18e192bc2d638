import { newId } from "@understudy/runtime";
import type { Call, CallRequest } from "./call.ts";
import { type Attempt, type FailureKind, isFailureKind } from "@understudy/contracts";
import { fallbackGroups } from "./fallback-plan.ts";
import { isUnknownThere } from "./group-attempts.ts";
import type { CallDeps, GroupFailed, GroupAnswered } from "./group-outcome.ts";
import { tryGroup } from "./try-group.ts";
import { openCall } from "./open-call.ts";
import { Tape } from "../answer/tape.ts";

/** Calls the group, then its fallbacks, each once, until a deployment answers. Never throws for a provider's trouble. */
export async function placeCall(request: CallRequest, deps: CallDeps): Promise<Call> {
  const startedAt = deps.clock.monotonic();
  const startedWall = deps.clock.now();
  const attempts: Attempt[] = [];
  const outcome = await tryGroups(request, attempts, deps);
  const tape = new Tape(deps.clock);
  return openCall(outcome, { id: newId("call", startedWall), request, startedAt, startedWall, attempts, tape });
}

/** A model group to try. */
interface Stop {
  /** As the client or the list of fallbacks names it. */
  readonly name: string;
  readonly group: string;
  /** What fills the wildcards of the group's deployments. */
  readonly model: string;
}

async function tryGroups(
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<GroupAnswered | GroupFailed> {
  const way = new Way(request, deps);
  let stop: Stop | undefined = way.first;
  let failure: GroupFailed | null = null;
  while (stop !== undefined) {
    const attemptsBefore = attempts.length;
    const result = await tryGroup(stop.group, { ...request, requestedModel: stop.model }, attempts, deps);
    if (result.kind === "answered") return result;
    // A provider's own words say more than "nothing is available".
    if (failure === null || attempts.length > attemptsBefore) failure = result;
    const { kind } = result.error;
    if (!request.persist || !isFailureKind(kind)) return result;
    way.addFallbacks(stop, kind);
    stop = way.next(result);
  }
  if (failure === null) throw new Error("a call ended without an outcome");
  return failure;
}

/** Which groups are called, in turn, each once. */
class Way {
  readonly first: Stop;
  /** The other of the two, where requests are handed over. */
  readonly #other: Stop | null;
  readonly #request: CallRequest;
  readonly #deps: CallDeps;
  readonly #waiting: Stop[] = [];
  readonly #seen: Set<string>;

  constructor(request: CallRequest, deps: CallDeps) {
    [this.first, this.#other] = sidesOf(request, deps);
    this.#request = request;
    this.#deps = deps;
    this.#seen = new Set([keyOf(this.first)]);
  }

  addFallbacks(failed: Stop, kind: FailureKind): void {
    const { settings } = this.#deps;
    for (const next of fallbackGroups([failed.name, failed.group], kind, settings)) {
      if (this.#seen.size <= settings.maxFallbacks) this.#add(stopAt(next, failed, this.#deps));
    }
  }

  next(failed: GroupFailed): Stop | undefined {
    if (this.#waiting.length === 0 && this.#other !== null && mayStepIn(this.#request, failed)) this.#add(this.#other);
    return this.#waiting.shift();
  }

  #add(stop: Stop): void {
    if (this.#seen.has(keyOf(stop))) return;
    this.#seen.add(keyOf(stop));
    this.#waiting.push(stop);
  }
}

/** The group to call first, and where requests are handed over the other of the two. */
function sidesOf(request: CallRequest, deps: CallDeps): readonly [first: Stop, other: Stop | null] {
  const { requestedModel: name, group, handover = null } = request;
  const asked = { name, group, model: deps.nameBehind(name) };
  if (handover === null) return [asked, null];
  const taking = { name: handover.model, group: handover.group, model: deps.nameBehind(handover.model) };
  return handover.leads ? [taking, asked] : [asked, taking];
}

/**
 * Whether the other side of a handover may answer what one failed at: the old one where the rollout says so, and either where it
 * may have made the answer that the request goes on from.
 */
function mayStepIn(request: CallRequest, result: GroupFailed): boolean {
  const { handover = null } = request;
  return (handover?.leads === true && handover.fallback) || isUnknownThere(request, result);
}

/** A fallback that is itself a pattern is filled with the model that failed. */
function stopAt(name: string, before: Stop, deps: CallDeps): Stop {
  const model = deps.nameBehind(name);
  return { name, group: deps.groupOf(name) ?? name, model: model.includes("*") ? before.model : model };
}

/** Behind a wildcard each model counts as a group of its own. */
function keyOf({ group, model }: Stop): string {
  return group.includes("*") ? `${group} ${model}` : group;
}
