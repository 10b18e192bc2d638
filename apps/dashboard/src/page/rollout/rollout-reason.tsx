import type { RolloutDetail } from "@understudy/contracts";
import type { ReactNode } from "react";
import { Sentence } from "../frame/said.tsx";
import { clockTime, day } from "../frame/moments.ts";
import { sentence } from "../list/reason.tsx";
import type { PlannedStage } from "./plan.ts";

interface RolloutReasonProps {
  readonly rollout: Pick<RolloutDetail, "state" | "reason" | "status">;
  readonly plan: readonly PlannedStage[];
}

/** Why it is where it is, and what comes next when. */
export function RolloutReason({ rollout, plan }: RolloutReasonProps): ReactNode {
  const { state, reason, status } = rollout;
  const said = state === "running" || state === "watching" ? (status?.reason ?? reason) : (reason ?? status?.reason);
  const next = plan.find(({ expected_at }) => expected_at !== null);
  return (
    <>
      {said === null || said === undefined ? (
        "Its guards have not been looked at yet."
      ) : (
        <Sentence text={sentence(said)} />
      )}
      {next?.expected_at !== undefined && next.expected_at !== null && (
        <>
          {" "}
          {next.share}% on <b>{day(next.expected_at)}</b>, about {clockTime(next.expected_at)}.
        </>
      )}
    </>
  );
}
