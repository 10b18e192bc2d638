import { newId } from "@understudy/runtime";
import type { Call, CallRequest } from "./call.ts";
import { type Attempt, isFailureKind } from "@understudy/contracts";
import { fallbackGroups } from "./fallback-plan.ts";
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
  const { requestedModel: name, group } = request;
  let stop: Stop | undefined = { name, group, model: deps.nameBehind(name) };
  let failure: GroupFailed | null = null;
  const waiting: Stop[] = [];
  const seen = new Set([keyOf(stop)]);
  while (stop !== undefined) {
    const attemptsBefore = attempts.length;
    const result = await tryGroup(stop.group, { ...request, requestedModel: stop.model }, attempts, deps);
    if (result.kind === "answered") return result;
    // A provider's own words say more than "nothing is available".
    if (failure === null || attempts.length > attemptsBefore) failure = result;
    const { kind } = result.error;
    if (!request.persist || !isFailureKind(kind)) return result;
    for (const next of fallbackGroups([stop.name, stop.group], kind, deps.settings)) {
      const coming = stopAt(next, stop, deps);
      if (seen.has(keyOf(coming)) || seen.size > deps.settings.maxFallbacks) continue;
      seen.add(keyOf(coming));
      waiting.push(coming);
    }
    stop = waiting.shift();
  }
  if (failure === null) throw new Error("a call ended without an outcome");
  return failure;
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
