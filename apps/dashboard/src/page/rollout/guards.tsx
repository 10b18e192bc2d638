import type { GuardStatus, RolloutStatus } from "@understudy/contracts";
import type { ReactNode } from "react";
import { BoundGlyph } from "../figures/bound-glyph.tsx";
import { criterionName, figure, type MarkKind, MARKS, SHORT_UNITS } from "../figures/criterion-words.ts";
import { count, ms, percent } from "../frame/format.ts";
import { When } from "../frame/when.tsx";

/** What would roll it back: one breach is enough. */
export function Guards({ status }: { readonly status: RolloutStatus | null }): ReactNode {
  return (
    <section className="part" aria-labelledby="guards">
      <header>
        <h2 id="guards">What would roll it back</h2>
        <span className="aside">one breach is enough; it needs no database and takes under 2 s</span>
      </header>
      {status === null ? (
        <p className="quiet">Its guards have not been looked at yet.</p>
      ) : (
        <>
          <GuardTable guards={status.guards} />
          <p className="caption">
            Looked at <When at={status.looked_at} relative />.
          </p>
        </>
      )}
    </section>
  );
}

function GuardTable({ guards }: { readonly guards: readonly GuardStatus[] }): ReactNode {
  return (
    <table className="plain" aria-label="Guards">
      <thead>
        <tr>
          <th scope="col">guard</th>
          <th scope="col" className="number">
            now
          </th>
          <th scope="col" className="number spare">
            bounds
          </th>
          <th scope="col" className="spare">
            room
          </th>
          <th scope="col">rolls back when</th>
        </tr>
      </thead>
      <tbody>
        {guards.map((guard) => (
          <GuardRow key={`${guard.name} ${guard.of}`} guard={guard} />
        ))}
      </tbody>
    </table>
  );
}

const KINDS: Readonly<Record<GuardStatus["state"], MarkKind>> = { holds: "holds", open: "open", beyond: "beyond" };
const STATES = { holds: "holds", open: "open", beyond: "beyond" } as const;

function GuardRow({ guard }: { readonly guard: GuardStatus }): ReactNode {
  const { low, high, margin, unit, state, units, rolls_back_when } = guard;
  const kind = KINDS[state];
  const bounds = low === null || high === null ? `of ${count(units)}` : `${figure(low, unit)} to ${figure(high, unit)}`;
  return (
    <tr className={`g-${kind}`}>
      <th scope="row">
        <span className="mark" aria-hidden="true">
          {MARKS[kind]}
        </span>{" "}
        {nameOf(guard)} <span className="unseen">{STATES[state]}</span>
      </th>
      <td className="number">{nowOf(guard)}</td>
      <td className="number quiet spare">{bounds}</td>
      <td className="glyph-cell spare">
        <BoundGlyph kind={kind} unit={unit} margin={margin} low={low ?? guard.now} high={high ?? guard.now} />
      </td>
      <td>{rolls_back_when}</td>
    </tr>
  );
}

function nameOf({ name, of }: GuardStatus): string {
  if (name === "failed_answers") return "Failed answers to clients";
  if (name === "first_byte") return "First byte, p95";
  return `${criterionName(name)}${of === "served" ? ", served" : ""}`;
}

function nowOf({ name, now, unit }: GuardStatus): string {
  if (now === null) return "–";
  if (name === "failed_answers") return percent(now, 2);
  // What is told in milliseconds is far above any ratio.
  if (name === "first_byte" && now > 50) return ms(now);
  return `${figure(now, unit)}${SHORT_UNITS[unit]}`;
}
