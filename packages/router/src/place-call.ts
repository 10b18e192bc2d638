import { newId } from "@understudy/runtime";
import type { Call, CallRequest } from "./call.ts";
import type { Attempt, CallRecord } from "./call-record.ts";
import { fallbackGroups } from "./fallback-plan.ts";
import { type CallDeps, type Lost, tryGroup, type Won } from "./group-attempts.ts";
import { type Ending, writeRecord } from "./record.ts";
import { Tape } from "./tape.ts";

/** Calls the group, then its fallbacks, each once, until a deployment answers. Never throws for a provider's trouble. */
export async function placeCall(request: CallRequest, deps: CallDeps): Promise<Call> {
  const startedAt = deps.clock.monotonic();
  const startedWall = deps.clock.now();
  const attempts: Attempt[] = [];
  const outcome = await tryGroups(request, attempts, deps);
  const id = newId("call", startedWall);
  const tape = new Tape(deps.clock);
  const recordOf = (ending: Ending): CallRecord =>
    writeRecord({ id, request, startedAt, startedWall, attempts, ending, tape });
  return outcome.kind === "answered"
    ? answeredCall(id, outcome, tape, recordOf)
    : failedCall(id, outcome, tape, recordOf);
}

/** A model group to try. */
interface Stop {
  /** As the client or the list of fallbacks names it. */
  readonly name: string;
  readonly group: string;
  /** What fills the wildcards of the group's deployments. */
  readonly model: string;
}

async function tryGroups(request: CallRequest, attempts: Attempt[], deps: CallDeps): Promise<Won | Lost> {
  const { requestedModel: name, group } = request;
  let stop: Stop | undefined = { name, group, model: deps.nameBehind(name) };
  let failure: Lost | null = null;
  const waiting: Stop[] = [];
  const seen = new Set([keyOf(stop)]);
  while (stop !== undefined) {
    const attemptsBefore = attempts.length;
    const result = await tryGroup(stop.group, { ...request, requestedModel: stop.model }, attempts, deps);
    if (result.kind === "answered") return result;
    // A provider's own words say more than "nothing is available".
    if (failure === null || attempts.length > attemptsBefore) failure = result;
    const { kind } = result.error;
    if (!request.persist || kind === "aborted" || kind === "malformed") return result;
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

function answeredCall(id: string, won: Won, tape: Tape, recordOf: (ending: Ending) => CallRecord): Call {
  let cut: unknown = null;
  let ended = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of won.open.chunks) {
        tape.push(chunk);
        yield chunk;
      }
      ended = true;
    } catch (error) {
      cut = error;
      throw error;
    } finally {
      tape.end();
    }
  }
  const record = memoized(() => recordOf({ kind: "answered", won, ended, cut }));
  const { status, headers } = won.open;
  return { id, status, headers, stream: won.stream, body: body(), error: null, retryAfterMs: null, record };
}

function failedCall(id: string, lost: Lost, tape: Tape, recordOf: (ending: Ending) => CallRecord): Call {
  tape.end();
  const { error, retryAfterMs } = lost;
  const record = memoized(() => recordOf({ kind: "failed", error }));
  return { id, status: error.status, headers: {}, stream: false, body: nothing(), error, retryAfterMs, record };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function memoized<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
