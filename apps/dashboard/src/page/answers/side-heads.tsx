import type { ReactNode } from "react";

/** What stands over each answer. */
export interface Names {
  readonly left: ReactNode;
  readonly right: ReactNode;
}

interface HeadProps {
  readonly side: "left" | "right";
  readonly name: ReactNode;
  /** `131 words`; null where there is nothing to say. */
  readonly aside: string | null;
}

export function AnswerHead({ side, name, aside }: HeadProps): ReactNode {
  return (
    <h2 id={`head-${side}`}>
      {name}
      {aside !== null && <span className="aside">{aside}</span>}
    </h2>
  );
}
