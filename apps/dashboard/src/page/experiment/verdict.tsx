import type { Decision } from "@understudy/contracts";
import type { Criterion, Report } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { percent, words } from "../frame/format.ts";
import { evidenceText } from "./verdict-words.ts";

interface Shown {
  readonly text: string;
  readonly sign: string;
}

const DECISIONS: Readonly<Record<Decision, Shown>> = {
  promote: { text: "Promote", sign: "✓" },
  promote_provisional: { text: "Promote (provisional)", sign: "✓?" },
  reject: { text: "Reject", sign: "✕" },
  keep_watching: { text: "Keep watching", sign: "…" },
  cannot_judge: { text: "Cannot judge", sign: "!" },
};
const CONTROL: Shown = { text: "Control", sign: "=" };

/** The answer, in words and a sign, never by colour alone; what it rests on; and why. */
export function VerdictLine({ report }: { readonly report: Report }): ReactNode {
  const { verdict, experiment } = report;
  const { text, sign } = experiment.control ? CONTROL : DECISIONS[verdict.decision];
  return (
    <div className="verdict">
      <span className={`badge ${experiment.control ? "control" : verdict.decision}`}>
        <span aria-hidden="true">{sign}</span> {text}
      </span>
      <span className="dim">{evidenceText(report)}</span>
      <p>{verdict.reason}</p>
    </div>
  );
}

export function asked(criteria: readonly Criterion[]): readonly Criterion[] {
  return criteria.filter(({ state }) => state !== "off");
}

/** Why a promote does not stand, whatever the criteria say. */
export function Waits({ verdict: { decision, blocks } }: { readonly verdict: Report["verdict"] }): ReactNode {
  if (blocks.length === 0) return null;
  const title = decision === "reject" ? "Besides, a promote would wait for" : "What a promote waits for";
  return (
    <>
      <h3>{title}</h3>
      <ul className="waits" aria-label={title}>
        {blocks.map(({ name, reason }) => (
          <li key={`${name} ${reason}`}>
            <strong>{words(name)}</strong>: {reason}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The rungs of quality that have passed, and how much of the traffic each speaks for. */
export function CarriedBy({ rungs }: { readonly rungs: Report["verdict"]["rungs"] }): ReactNode {
  if (rungs.length === 0) return null;
  const named = rungs.map(({ name, share }) => `${words(name)} (${percent(share)} of the pairs)`);
  return <p className="note">Carried by {named.join(", ")}</p>;
}
