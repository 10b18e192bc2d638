import { APIS, readFailureBody } from "@understudy/apis";
import type { ApiName } from "@understudy/contracts";
import { buildRequest, type ChatBody, servesModel, type WrittenBody } from "@understudy/providers";
import { withoutSecretsInJson } from "@understudy/runtime";
import { wholeOf } from "../transport/whole-of.ts";
import { sendTo } from "../credentials/authorizer.ts";
import { decoded } from "../transport/decoded-body.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import type { CallDeps } from "./group-outcome.ts";
import type { TransportResponse } from "../transport/transport.ts";

/** Something asked of a deployment that is no call of a model: to count tokens, to read back or delete what it keeps. */
export interface PassRequest {
  readonly api: ApiName;
  readonly method: "GET" | "POST" | "DELETE";
  /** What stands behind the API's own path, query included: `/count_tokens`. */
  readonly behind: string;
  /** The model group whose deployments are asked, and the name that fills a wildcard; null asks all that speak the API. */
  readonly model: { readonly group: string; readonly requested: string } | null;
  /** The kept answer that it is about, or goes on from. */
  readonly answer: string | null;
  readonly body: ChatBody | null;
  readonly written: WrittenBody | null;
  /** The client's headers that the API forwards. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What a deployment said, whole; its words are the client's. */
export interface Passed {
  readonly status: number;
  readonly headers: TransportResponse["headers"];
  readonly body: Uint8Array;
}

type PassDeps = Pick<CallDeps, "transport" | "authorize" | "redactor" | "settings" | "owners">;

/** One key at one address is asked once, and no more than so many. */
const MOST_ASKED = 16;
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Asks one deployment after the other until one knows what is asked about: which of them holds an answer, only they can tell,
 * however many gateways there are. The last one's refusal where none does; null where none speaks the API, or none could be
 * reached. Nothing of it is recorded, cooled down or mirrored.
 */
export async function passOn(
  request: PassRequest,
  states: readonly DeploymentState[],
  deps: PassDeps,
): Promise<Passed | null> {
  let refused: Passed | null = null;
  for (const state of askable(request, states, deps)) {
    const answer = await ask(request, state, deps);
    if (answer === null) continue;
    if (!isUnknown(answer, request)) return answer;
    refused = answer;
  }
  return refused;
}

function isUnknown({ status, body }: Passed, { api, answer }: PassRequest): boolean {
  if (status === 404 || status === 405) return true;
  if (status !== 400 || answer === null) return false;
  return APIS[api].following?.isUnknown({ status, ...readFailureBody(Buffer.from(body).toString("utf8")) }) === true;
}

/** One deployment an account, and first the one that is known to hold the answer. */
function askable(
  { api, model, answer }: PassRequest,
  states: readonly DeploymentState[],
  { owners }: PassDeps,
): readonly DeploymentState[] {
  const owner = owners?.of(answer)?.accountAt(api);
  const speaking = states.filter(({ target }) => {
    return (
      target.ways[api] !== undefined &&
      target.ways[api].streamUrl === undefined &&
      target.deployment.mock === null &&
      (model === null || servesModel(target, model.requested))
    );
  });
  const byAccount = [...new Map(speaking.map((state) => [state.accountAt(api), state]))];
  const holding = byAccount.filter(([account]) => account === owner);
  return [...holding, ...byAccount.filter(([account]) => account !== owner)]
    .map(([, state]) => state)
    .slice(0, MOST_ASKED);
}

async function ask(request: PassRequest, { target }: DeploymentState, deps: PassDeps): Promise<Passed | null> {
  const { api, method, behind, model, body, written, headers } = request;
  const timeoutMs = target.deployment.timeoutMs ?? deps.settings.timeoutMs;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
  const asked = { body: body ?? {}, requestedModel: model?.requested ?? "", written, headers };
  const built = buildRequest(APIS[api], target, asked);
  const sent = { url: behindOf(built.url, behind), headers: built.headers, signal };
  try {
    const response = decoded(await sendTo(target, { ...sent, method, body: body === null ? null : built.body }, deps));
    const bytes = await wholeOf(response.body, MOST_BYTES);
    const isError = response.status >= 400;
    return {
      status: response.status,
      headers: response.headers,
      body: isError ? Buffer.from(withoutSecretsInJson(bytes.toString("utf8"), deps.redactor)) : bytes,
    };
  } catch (error) {
    // Nobody waits any more.
    if (request.signal.aborted) throw error;
    // Another may know.
    return null;
  }
}

/** The deployment's own query, Azure's version for one, stays. */
function behindOf(url: string, behind: string): string {
  const [path = "", query = ""] = behind.split("?", 2);
  const whole = new URL(url);
  whole.pathname += path;
  for (const [name, value] of new URLSearchParams(query)) {
    if (!whole.searchParams.has(name)) whole.searchParams.set(name, value);
  }
  return whole.href;
}
