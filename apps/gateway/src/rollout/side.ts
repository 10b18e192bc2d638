import type { Api } from "@understudy/apis";
import { shareOf } from "@understudy/contracts";
import { candidateAnswers, type Control, stickyKeyOf, viewOf } from "@understudy/control";
import type { ChatBody } from "@understudy/providers";
import type { RolloutSide } from "@understudy/mirror";
import type { CallRouter, Handover } from "@understudy/router";
import type { RequestIds } from "../http/request-id.ts";

export interface Sided {
  readonly side: RolloutSide;
  readonly handover: Handover;
}

export interface SideAsked {
  /** Model group that was asked. */
  readonly group: string;
  readonly api: Api;
  readonly body: ChatBody;
  readonly ids: RequestIds;
  /** The session that a header names. */
  readonly session: string | null;
}

/** Which side answers a request; null where the group is not being handed over. Costs the others one lookup. */
export function sideOf(asked: SideAsked, control: Control, router: CallRouter): Sided | null {
  const rollout = viewOf(control.current()).rolloutOf(asked.group);
  if (rollout === null) return null;
  const { id, primary, silent, sticky, fallback } = rollout;
  const group = router.groupOf(silent);
  // It has gone from this process's configuration: the old primary is still there.
  if (group === null) return null;
  const { names } = asked.api.view(asked.body);
  const session = asked.session ?? names.sessions[0] ?? null;
  const { requestId, clientRequestId } = asked.ids;
  const user = names.users[0] ?? null;
  const { key, named } = stickyKeyOf(sticky, { session, user, requestId: clientRequestId ?? requestId });
  const led = candidateAnswers(rollout, key) && (named || shareOf(rollout) >= 100 || standsAlone(asked));
  const side = { rollout: id, primary, candidate: group, led };
  return { side, handover: { model: silent, group, leads: led, fallback } };
}

/**
 * What leans on something that only one provider holds was begun on the side that its session is on. Where it names none that can
 * be told, nobody knows which, and it stays with the old primary.
 */
function standsAlone({ api, body }: SideAsked): boolean {
  return api.silent.statefulBy(body) === null;
}
