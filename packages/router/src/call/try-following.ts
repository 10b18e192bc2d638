import type { Following } from "@understudy/apis";
import type { Attempt } from "@understudy/contracts";
import type { AnswerOwners } from "../deployments/answer-owners.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import type { CallRequest } from "./call.ts";
import { type Candidates, isUnknownThere, tryDeployments } from "./group-attempts.ts";
import type { CallDeps, GroupAnswered, GroupFailed } from "./group-outcome.ts";
import { madeElsewhere } from "./nothing-available.ts";

export interface FollowingDeps extends CallDeps {
  readonly owners: AnswerOwners;
  readonly following: Following;
}

/**
 * Calls the account that made the answer which the request goes on from. Where this process has not seen it, one account after
 * the other is asked until one knows it: which of them that is, only they can tell, however many gateways there are.
 */
export async function tryFollowing(
  { group, states }: Candidates,
  request: CallRequest,
  attempts: Attempt[],
  deps: FollowingDeps,
): Promise<GroupAnswered | GroupFailed> {
  const { owners, following } = deps;
  const api = request.operation;
  const earlier = following.earlierIn(request.body);
  const giver = owners.of(request.headers?.[following.header]);
  const isGivers = (state: DeploymentState): boolean => giver?.accountAt(api) === state.accountAt(api);
  const requestFor = (state: DeploymentState): CallRequest =>
    giver === null || isGivers(state) ? request : withoutHeader(request, following.header);
  const callThese = async (some: readonly DeploymentState[]): Promise<GroupAnswered | GroupFailed> => {
    const candidates = { group, states: some, first: some.filter(isGivers), requestFor };
    const result = await tryDeployments(candidates, request, attempts, deps);
    return result.kind === "answered" ? remembered(result, request, deps) : result;
  };

  if (earlier === null) return callThese(states);
  const owner = owners.of(earlier);
  if (owner === null) return askInTurn([...Map.groupBy(states, (state) => state.accountAt(api)).values()]);
  const own = states.filter((state) => state.accountAt(api) === owner.accountAt(api));
  return own.length === 0 ? madeElsewhere(earlier, group) : callThese(own);

  async function askInTurn(accounts: readonly (readonly DeploymentState[])[]): Promise<GroupAnswered | GroupFailed> {
    let refusal: GroupFailed | null = null;
    let failure: GroupFailed | null = null;
    for (const account of accounts) {
      const result = await callThese(account);
      if (result.kind === "answered" || result.error.kind === "aborted") return result;
      if (isUnknownThere(request, result)) refusal = result;
      else failure ??= result;
    }
    // One that could not be asked may be the one that knows.
    return failure ?? refusal ?? madeElsewhere(earlier ?? "", group);
  }
}

function withoutHeader(request: CallRequest, header: string): CallRequest {
  const { [header]: _foreign, ...headers } = request.headers ?? {};
  return { ...request, headers };
}

/** The answer, remembered as this deployment's once its id has come. */
function remembered(won: GroupAnswered, request: CallRequest, { owners, following }: FollowingDeps): GroupAnswered {
  const { headers, body } = won.open;
  const given = headers[following.header];
  if (given !== undefined) owners.remember(given, won.state);
  if (!following.isKept(request.body)) return won;
  let beginning: Uint8Array = new Uint8Array();
  const hear = (chunk: Uint8Array): boolean => {
    beginning = beginning.byteLength === 0 ? chunk : Buffer.concat([beginning, chunk]);
    const id = following.idIn(beginning);
    if (id !== null) owners.remember(id, won.state);
    return id === null && beginning.byteLength < MOST_BYTES_HEARD;
  };
  if ("whole" in body) hear(body.whole);
  return "whole" in body ? won : { ...won, hear };
}

/** No answer takes longer to say its id. */
const MOST_BYTES_HEARD = 16 * 1024;
