import { type Payloads, replayExperimentId, type SilentModel, type SilentTarget } from "@understudy/config";
import { type CallRecord } from "@understudy/contracts";
import { withoutProviderWords } from "@understudy/router";
import { shortHash } from "@understudy/runtime";

/** A ticket on the queue: the request as the client sent it, and how the primary's call went. */
export interface MirrorJob {
  readonly version: 1;
  readonly pair_id: string;
  readonly request_id: string;
  readonly experiment: string;
  /** Model group whose deployment was mirrored. */
  readonly primary_group: string;
  /** Model group that the client asked for, where the other one answered in its place: what answers are held to is its. */
  readonly asked_group?: string;
  /** The rollout whose candidate gave the primary's answer: its guards count the pair, and no other's. */
  readonly rollout?: string;
  readonly silent_model: string;
  /** JSON text of the request body, sanitised: immutable, so a deep copy that costs nothing. */
  readonly request: string;
  readonly primary: CallRecord;
  /** Epoch milliseconds. */
  readonly admitted_at: number;
  /** Epoch milliseconds after which the answer would compare with another world. */
  readonly expires_at: number;
  readonly payloads: Payloads;
  readonly retention_ms: number;
  /** Kind of request, as the account has it; jobs of an earlier version have none. */
  readonly stratum?: string;
  /** Hash of the session that a header of the request names. */
  readonly session?: string;
  /** The client's headers that its API forwards to a provider: never a credential. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Made of a stored request, long after the primary answered it. */
  readonly replay?: true;
  /** How the silent call may be logged; absent where nothing was said of it. */
  readonly logging?: JobLogging;
}

/** What the request says of how its calls are logged; the silent call keeps to it. */
export interface JobLogging {
  /** In no sink at all. */
  readonly none?: true;
  /** Without texts. */
  readonly no_text?: true;
  /** W3C trace context of the primary's span. */
  readonly traceparent?: string;
}

/**
 * The same request and silent model always give the same id: it is the job's id and the pair's. BullMQ takes no `:` in
 * one, so only an id of our own making is kept readable.
 */
export function pairIdOf(requestId: string, silentModel: string): string {
  const tail = /^req_([0-9a-z]+)$/i.exec(requestId)?.[1] ?? shortHash(requestId, 32);
  return `pair_${tail}_${shortHash(silentModel, 8)}`;
}

/** The id of the pair of a replay: another than that of the same request's live mirror. */
export function replayPairIdOf(requestId: string, silentModel: string): string {
  return `${pairIdOf(requestId, silentModel)}_replay`;
}

export interface NewMirror {
  readonly target: SilentTarget;
  readonly primaryGroup: string;
  /** Model group that the client asked for, where that is another. */
  readonly askedGroup: string | null;
  readonly rollout: string | null;
  readonly primary: CallRecord;
  readonly request: string;
  readonly stratum: string;
  readonly session: string | null;
  readonly logging?: JobLogging | undefined;
  readonly headers: MirrorJob["headers"];
  /** Epoch milliseconds. */
  readonly now: number;
}

export function makeMirrorJob(mirror: NewMirror): MirrorJob {
  const {
    target,
    primaryGroup,
    askedGroup,
    rollout,
    primary,
    request,
    stratum,
    session,
    logging,
    headers = {},
    now,
  } = mirror;
  return {
    version: 1,
    pair_id: pairIdOf(primary.request_id, target.silentModel),
    request_id: primary.request_id,
    experiment: target.experimentId,
    primary_group: primaryGroup,
    ...(askedGroup === null ? {} : { asked_group: askedGroup }),
    ...(rollout === null ? {} : { rollout }),
    silent_model: target.silentModel,
    request,
    primary: target.payloads === "full" ? primary : withoutProviderWords(primary),
    admitted_at: now,
    expires_at: now + target.maxJobAgeMs,
    payloads: target.payloads,
    retention_ms: target.retentionMs,
    stratum,
    ...(session === null ? {} : { session: shortHash(session, 16) }),
    ...(logging === undefined ? {} : { logging }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

export interface Replay {
  readonly silent: SilentModel;
  /** Model group that the request was mirrored from. */
  readonly primaryGroup: string;
  /** The primary call as it was stored, answer included: the primary is not called again. */
  readonly primary: CallRecord;
  /** The stored request body. */
  readonly request: unknown;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The job that sends a stored request to another silent model. */
export function makeReplayJob({ silent, primaryGroup, primary, request, now }: Replay): MirrorJob {
  const { maxJobAgeMs, payloads, retentionMs } = silent.replay;
  return {
    version: 1,
    pair_id: replayPairIdOf(primary.request_id, silent.name),
    request_id: primary.request_id,
    experiment: replayExperimentId(primaryGroup, silent.name),
    primary_group: primaryGroup,
    silent_model: silent.name,
    request: JSON.stringify(request),
    primary,
    admitted_at: now,
    expires_at: now + maxJobAgeMs,
    payloads,
    retention_ms: retentionMs,
    replay: true,
  };
}
