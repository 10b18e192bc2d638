import type { ReactNode } from "react";
import type { Standing } from "./standing.ts";

interface VerdictWordProps {
  readonly standing: Standing;
  /** On its own page: the largest thing there. */
  readonly large?: boolean;
}

/** The verdict in a word and its own shape, never in colour alone. */
export function VerdictWord({ standing, large = false }: VerdictWordProps): ReactNode {
  const { kind, word, after, still } = standing;
  return (
    <p className={`verdict v-${kind}${large ? " large" : ""}${still ? " still" : ""}`}>
      <VerdictShape standing={standing} />
      <span>{word}</span>
      {after !== null && <small>{after}</small>}
    </p>
  );
}

/** 24 by 24, in the colour of the text around it. */
export function VerdictShape({ standing }: { readonly standing: Pick<Standing, "kind" | "part"> }): ReactNode {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" strokeLinecap="round" strokeLinejoin="round">
      <Drawn kind={standing.kind} part={standing.part} />
    </svg>
  );
}

function Drawn({ kind, part }: Pick<Standing, "kind" | "part">): ReactNode {
  switch (kind) {
    case "promote":
      return (
        <>
          <circle cx="12" cy="12" r="11.5" fill="currentColor" />
          <path d="M6.6 12.6 10.2 16l7.2-7.6" stroke="var(--bg)" strokeWidth="2.6" />
        </>
      );
    case "reject":
      return (
        <>
          <path d="M7.1.7h9.8l6.4 6.4v9.8l-6.4 6.4H7.1L.7 16.9V7.1z" fill="currentColor" />
          <path d="M8 8l8 8M16 8l-8 8" stroke="var(--bg)" strokeWidth="2.6" />
        </>
      );
    case "cannot":
      return (
        <>
          <path d="M12 2.4 22.8 21.2H1.2z" stroke="currentColor" strokeWidth="2.3" />
          <path d="M12 9.2v5.6M12 17.9v.1" stroke="currentColor" strokeWidth="2.4" />
        </>
      );
    case "rollout":
      return (
        <>
          <circle cx="12" cy="12" r="10.6" stroke="currentColor" strokeWidth="2.3" />
          <path d={slice(part)} fill="currentColor" />
        </>
      );
    case "control":
      return (
        <>
          <circle cx="12" cy="12" r="10.6" stroke="currentColor" strokeWidth="2.3" />
          <path d="M8 10h8M8 14h8" stroke="currentColor" strokeWidth="2.2" />
        </>
      );
    case "watch":
    case "unknown":
      return (
        <>
          <circle cx="12" cy="12" r="9.6" stroke="var(--edge)" strokeWidth="2" />
          {part > 0 && <path d={arc(9.6, part)} stroke="currentColor" strokeWidth="3.2" strokeLinecap="butt" />}
        </>
      );
  }
}

const NEARLY_ALL = 0.9999;

/** From the top on, clockwise. A whole turn would begin where it ends, and be nothing. */
function arc(radius: number, part: number): string {
  const angle = 2 * Math.PI * Math.min(NEARLY_ALL, part);
  const [x, y] = [12 + radius * Math.sin(angle), 12 - radius * Math.cos(angle)];
  return `M12 ${12 - radius}A${radius} ${radius} 0 ${part > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}

function slice(part: number): string {
  return part <= 0 ? "M12 12h0" : `${arc(7, part)}L12 12Z`;
}
