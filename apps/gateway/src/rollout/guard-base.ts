import { NO_UNITS, ofAllTurns, type Shape } from "@understudy/evaluation";
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

/**
 * What came of one rollout: the units of its reverse experiment are of its own pairs alone, and of an earlier one's until the worker has
 * read them anew. An experiment that the config names for itself is of no rollout.
 */
export function ofRollout(found: RuledUnits, rollout: string): RuledUnits {
  if (!found.reverse || found.rollout === rollout) return found;
  return { ...found, rules: null, rollout: null, units: NO_UNITS };
}

/** Nothing has to be taken off what is of one rollout alone. */
export function reverseBaseOf(found: RuledUnits): Base {
  return found.reverse ? { rules: found.rules, shapes: [] } : baseOf(found);
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
