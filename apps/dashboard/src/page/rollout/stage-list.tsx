import type { RolloutDetail } from "@understudy/contracts";
import type { ReactNode } from "react";
import { count, counted, days, duration } from "../frame/format.ts";
import { clockTime, day } from "../frame/moments.ts";
import type { PlannedStage } from "./plan.ts";

interface StageListProps {
  readonly rollout: RolloutDetail;
  readonly plan: readonly PlannedStage[];
  readonly now: number;
}

const DAY_MS = 86_400_000;

/** The stages in a row: what was passed, how much of this one's hold is over, what comes when. */
export function StageList({ rollout, plan, now }: StageListProps): ReactNode {
  const last = plan.length - 1;
  return (
    <ol className="stages" aria-label="Stages">
      {plan.map((stage, index) => (
        <li key={stage.share} className={stage.state} aria-current={stage.state === "now" ? "step" : undefined}>
          <span className="held" style={{ inlineSize: `${100 * stage.held}%` }} />
          <b>{stage.share}%</b>
          <p>
            {words(stage, rollout, now)}
            {index === last && stage.state !== "never" && watchWords(rollout)}
          </p>
        </li>
      ))}
    </ol>
  );
}

function words({ state, expected_at }: PlannedStage, rollout: RolloutDetail, now: number): string {
  const { hold, stage_at, status } = rollout;
  if (state === "passed") return "Passed";
  if (state === "never") return "Not reached";
  if (state === "later") {
    if (expected_at !== null) return `${day(expected_at)}, about ${clockTime(expected_at)}`;
    return rollout.automatic ? "When the stage before is over" : "By hand";
  }
  const hours = hold.hours === 0 ? "" : ` of ${hold.hours} h`;
  const answers = status === null ? "" : `, ${count(status.stage_answers)}`;
  const of = hold.pairs === 0 ? "" : ` of ${counted(hold.pairs, "answer")}`;
  return `${duration(now - stage_at)}${hours}${answers}${answers === "" ? "" : of === "" ? " answers" : of}`;
}

function watchWords({ primary, watch_ms, state }: RolloutDetail): string {
  if (watch_ms === 0 || state === "done") return "";
  return `; then ${primary} shadows for ${days(watch_ms / DAY_MS)}`;
}
