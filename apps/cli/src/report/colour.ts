import type { Decision } from "@understudy/contracts";
import { styleText } from "node:util";

const COLOURS: Readonly<Record<Decision, Parameters<typeof styleText>[0] | null>> = {
  promote: ["bold", "green"],
  promote_provisional: "green",
  reject: ["bold", "red"],
  keep_watching: null,
  cannot_judge: "yellow",
};

/** The words in the verdict's colour, on a terminal that shows colours and where NO_COLOR does not forbid it. */
export function coloured(text: string, decision: Decision): string {
  const colour = COLOURS[decision];
  return colour === null ? text : styleText(colour, text, { stream: process.stdout });
}
