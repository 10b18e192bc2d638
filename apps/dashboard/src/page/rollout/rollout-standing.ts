import { type Rollout, shareOf } from "@understudy/contracts";
import type { Standing } from "../figures/standing.ts";

/** A rollout in a word: its share, or how it ended. */
export function rolloutStanding(rollout: Pick<Rollout, "state" | "stages" | "stage">): Standing {
  const share = shareOf(rollout);
  switch (rollout.state) {
    case "rolled_back":
      return { kind: "reject", word: "Rolled back", after: null, part: 0, still: false };
    case "done":
      return { kind: "promote", word: "Promoted", after: null, part: 0, still: false };
    case "running":
      return { kind: "rollout", word: `Rollout ${share}%`, after: null, part: share / 100, still: false };
    case "held":
    case "watching":
      return { kind: "rollout", word: `Rollout ${share}%`, after: rollout.state, part: share / 100, still: false };
  }
}
