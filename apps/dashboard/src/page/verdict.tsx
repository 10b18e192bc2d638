import type { Criterion, Decision, Verdict } from "@understudy/evaluation";
import type { ReactNode } from "react";
import { count, points, times } from "./format.ts";

const DECISIONS: Readonly<Record<Decision, { readonly words: string; readonly sign: string }>> = {
  promote: { words: "Promote", sign: "✓" },
  reject: { words: "Reject", sign: "✕" },
  keep_watching: { words: "Keep watching", sign: "…" },
};

/** The answer, in words and a sign, never by colour alone; why; and how many pairs it took or takes. */
export function VerdictLine({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const { words, sign } = DECISIONS[verdict.decision];
  const more = verdict.pairs_needed !== null && verdict.pairs_needed > 0;
  return (
    <div className="verdict">
      <span className={`badge ${verdict.decision}`}>
        <span aria-hidden="true">{sign}</span> {words}
      </span>
      <span className="dim">
        {count(verdict.pairs)} pairs{more ? `, about ${count(verdict.pairs_needed ?? 0)} more needed` : ""}
      </span>
      <p>{verdict.reason}</p>
    </div>
  );
}

const STATES: Readonly<Record<Criterion["state"], string>> = {
  pass: "✓ within",
  fail: "✕ beyond",
  open: "… open",
  off: "not asked",
};

export function CriteriaTable({ criteria }: { readonly criteria: readonly Criterion[] }): ReactNode {
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">criterion</th>
            <th scope="col" className="number">
              so far
            </th>
            <th scope="col" className="number">
              bounds at any time
            </th>
            <th scope="col" className="number">
              margin
            </th>
            <th scope="col">against the margin</th>
            <th scope="col">state</th>
          </tr>
        </thead>
        <tbody>
          {criteria.map((criterion) => (
            <CriterionRow key={criterion.name} criterion={criterion} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CriterionRow({ criterion }: { readonly criterion: Criterion }): ReactNode {
  const { name, estimate, low, high, margin, unit, state, reason } = criterion;
  const show = unit === "points" ? points : times;
  return (
    <tr title={reason}>
      <th scope="row">{name}</th>
      <td className="number">{show(estimate)}</td>
      <td className="number">{low === null && high === null ? "not yet" : `${show(low)} to ${show(high)}`}</td>
      <td className="number">{show(margin)}</td>
      <td>
        <Bounds criterion={criterion} />
      </td>
      <td className={`state ${state}`}>{STATES[state]}</td>
    </tr>
  );
}

const WIDTH = 140;

/** The bounds as a bar, the estimate as a dot, the margin as a line: the row says the same in figures. */
function Bounds({ criterion }: { readonly criterion: Criterion }): ReactNode {
  const { estimate, low, high, margin, unit, state } = criterion;
  if (margin === null || estimate === null) return null;
  const zero = unit === "points" ? 0 : 1;
  const span = 3 * Math.max(Math.abs(margin - zero), unit === "points" ? 0.01 : 0.05);
  const place = (value: number): number => Math.min(WIDTH, Math.max(0, ((value - zero) / span + 0.5) * WIDTH));
  const [from, to] = [place(low ?? -Infinity), place(high ?? Infinity)];
  return (
    <svg width={WIDTH} height="18" aria-hidden="true" className={`bounds ${state}`}>
      <line x1={place(zero)} x2={place(zero)} y1="2" y2="16" className="zero" />
      {(low !== null || high !== null) && <rect x={from} width={Math.max(1, to - from)} y="7" height="4" />}
      <circle cx={place(estimate)} cy="9" r="4" />
      <line x1={place(margin)} x2={place(margin)} y1="0" y2="18" className="margin" />
    </svg>
  );
}
