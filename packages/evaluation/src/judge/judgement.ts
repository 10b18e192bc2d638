import type { Order } from "./prompt.ts";
import type { Choice } from "./choice.ts";

/** What both orders say together. */
export const JUDGEMENTS = ["prefer_primary", "prefer_silent", "tie", "order_dependent", "unparseable"] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

/** The choice in each order; null where the reply was none. */
export type Choices = Readonly<Record<Order, Choice | null>>;

/** Only what both orders agree on is a preference; one reply that cannot be read is no judgement at all, and no tie. */
export function judgementOf({ primary_first, silent_first }: Choices): Judgement {
  if (primary_first === null || silent_first === null) return "unparseable";
  const first = PREFERRED.primary_first[primary_first];
  return first === PREFERRED.silent_first[silent_first] ? first : "order_dependent";
}

/** Whether the answer that stood in the first place won both times, which says that the place won it. */
export function favoursFirst({ primary_first, silent_first }: Choices): boolean {
  return primary_first === "A" && silent_first === "A";
}

const PREFERRED = {
  primary_first: { A: "prefer_primary", B: "prefer_silent", tie: "tie" },
  silent_first: { A: "prefer_silent", B: "prefer_primary", tie: "tie" },
} as const satisfies Record<Order, Record<Choice, Judgement>>;
