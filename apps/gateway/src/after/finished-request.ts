import { type ClientTry, type RolloutSide, stratumOf } from "@understudy/mirror";
import type { FinishedCall } from "@understudy/router";
import type { Api } from "@understudy/apis";
import type { TraceContext } from "@understudy/telemetry";
import type { ClientRequest } from "../request/client-request.ts";

/** A request whose client has its answer, as plain data: what follows may be another thread's work. */
export interface FinishedRequest {
  readonly call: FinishedCall;
  readonly request: AnsweredRequest;
  /** The client's headers that its API forwards. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client asked not to be mirrored. */
  readonly optedOut: boolean;
  readonly clientTry: ClientTry;
  /** The session that a header names, as coding agents do. */
  readonly session: string | null;
  /** The client asked for no texts of this call in any sink. */
  readonly withoutText: boolean;
  /** Null when no spans are collected. */
  readonly trace: TraceContext | null;
  /** Which side of a rollout it was on; null where its group is not being handed over. */
  readonly side: RolloutSide | null;
}

export interface AnsweredRequest {
  /** JSON text of the body, sanitised. */
  readonly text: string;
  readonly bytes: number;
  /** Kind of chat, as the account of what was mirrored names it: read off while its body is parsed anyway. */
  readonly stratum: string;
  /** What of it only the primary's provider holds; null where another can answer it. */
  readonly statefulBy: string | null;
  /** The client asked, as LiteLLM has it, that its call be in no log but the process's own. */
  readonly noLog: boolean;
}

/** What is kept of a request once it is answered. */
export function answeredRequest(api: Api, request: ClientRequest): AnsweredRequest {
  const { text, bytes, noLog, body } = request;
  return { text, bytes, noLog, stratum: stratumOf(api.view(body), bytes), statefulBy: api.silent.statefulBy(body) };
}

/** The deployment that answered; where none did, the first that was tried; null when there was none to try. */
export function deploymentOf({ call }: FinishedRequest): string | null {
  return call.ending.kind === "answered" ? call.ending.by.deploymentId : (call.attempts[0]?.deployment ?? null);
}
