import type { ExperimentOverview } from "@understudy/contracts";
import { shareOf } from "@understudy/contracts";
import type { ReactNode } from "react";
import { Sentence } from "../frame/said.tsx";
import { capital, count, usd } from "../frame/format.ts";
import { day } from "../frame/moments.ts";
import type { Standing } from "../figures/standing.ts";

interface ReasonProps {
  readonly experiment: Pick<ExperimentOverview, "verdict" | "rollout" | "saving" | "without">;
  readonly standing: Standing;
  /** Whether what is saved is said here: it may stand beside it as a figure. */
  readonly saves?: boolean;
}

/** Why it stands as it does, in a sentence or two; what is waited for, with its date. */
export function Reason({ experiment, standing, saves = true }: ReasonProps): ReactNode {
  const { verdict, rollout, saving, without } = experiment;
  if (standing.kind === "rollout" && rollout !== null) {
    const { sticky, stage_at, reason } = rollout;
    return (
      <>
        {shareOf(rollout)}% of {sticky}s since {day(stage_at)}.{" "}
        {reason !== null && <Sentence text={sentence(reason)} />}
      </>
    );
  }
  if (verdict === null) return <Sentence text={sentence(without ?? "Its pairs have not been weighed yet")} />;
  const saved = saves && standing.kind === "promote" && (saving.usd_a_month ?? 0) > 0;
  return (
    <>
      <Sentence text={sentence(verdict.reason)} />
      {saved && ` Saves about ${usd(saving.usd_a_month)} a month.`}
      {standing.kind === "watch" && <Expected verdict={verdict} />}
    </>
  );
}

/** When it is expected to be decided, and what that costs. */
export function Expected({ verdict }: { readonly verdict: NonNullable<ExperimentOverview["verdict"]> }): ReactNode {
  const { expected_at, pairs_needed, usd_needed, reason } = verdict;
  if (expected_at === null || pairs_needed === null || pairs_needed === 0) return null;
  // The reason says of most what it takes; what it says is not said twice.
  const pairs = /\d more pairs/.test(reason) ? "" : `: about ${count(pairs_needed)} more pairs`;
  return (
    <>
      {" "}
      Expected <b>{day(expected_at)}</b>
      {pairs}
      {usd_needed !== null && usd_needed > 0 && `, ${usd(usd_needed)}`}.
    </>
  );
}

/** A reason as a sentence of its own. */
export function sentence(text: string): string {
  return `${capital(text)}${/[.!?]$/.test(text) ? "" : "."}`;
}
