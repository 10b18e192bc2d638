import { ofAllTurns, type Shape } from "@understudy/evaluation";
import type { RolloutFacts, RuledUnits } from "@understudy/store";
import { z } from "zod";

/** What both experiments' conversations were worth when somebody first looked at a rollout, which is what is not of it. */
export interface GuardFacts {
  readonly forward: Base;
  readonly reverse: Base;
}

interface Base {
  readonly rules: string | null;
  readonly shapes: readonly Shape[];
}

export function baseOf({ rules, units }: RuledUnits): Base {
  return { rules, shapes: ofAllTurns(units.shapes) };
}

const base = z.object({
  rules: z.string().nullable(),
  shapes: z.array(
    z.object({
      criterion: z.string(),
      kind: z.string(),
      turns: z.number(),
      sum: z.number(),
      control: z.number(),
      count: z.number(),
    }),
  ),
});
const facts = z.object({ guards: z.object({ forward: base, reverse: base }) });

/** Null where nobody has looked yet. */
export function readBase(kept: RolloutFacts | null): GuardFacts | null {
  const read = facts.safeParse(kept);
  return read.success ? (read.data.guards as GuardFacts) : null;
}
