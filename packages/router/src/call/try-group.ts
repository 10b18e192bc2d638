import { APIS } from "@understudy/apis";
import type { Attempt } from "@understudy/contracts";
import { answersIn, servesModel } from "@understudy/providers";
import type { CallRequest } from "./call.ts";
import { tryDeployments } from "./group-attempts.ts";
import type { CallDeps, GroupAnswered, GroupFailed } from "./group-outcome.ts";
import { servedByNone, spokenByNone } from "./nothing-available.ts";
import { tryFollowing } from "./try-following.ts";

/** Calls the deployments of one group that serve the model and speak the API. */
export function tryGroup(
  group: string,
  request: CallRequest,
  attempts: Attempt[],
  deps: CallDeps,
): Promise<GroupAnswered | GroupFailed> | GroupFailed {
  const serving = deps.deploymentsOf(group).filter((state) => servesModel(state.target, request.requestedModel));
  if (serving.length === 0) return servedByNone(request.requestedModel);
  const states = serving.filter(({ target }) => answersIn(target, request.operation));
  if (states.length === 0) return spokenByNone(request, serving);
  const { owners } = deps;
  const { following } = APIS[request.operation];
  if (owners === null || following === null) return tryDeployments({ group, states }, request, attempts, deps);
  return tryFollowing({ group, states }, request, attempts, { ...deps, owners, following });
}
