import type { ReactNode } from "react";
import { ago, exactly, moment } from "./moments.ts";
import { useSeen } from "./seen.ts";

interface WhenProps {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `3 h ago` instead of the moment. */
  readonly relative?: boolean;
  readonly className?: string;
}

/** A moment as one reads it, the exact one with its zone behind it. */
export function When({ at, relative = false, className }: WhenProps): ReactNode {
  const seen = useSeen();
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)} className={className}>
      {relative ? ago(at, seen.at) : moment(at)}
    </time>
  );
}
