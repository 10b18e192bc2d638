/** What a judge said of one order. */
export const CHOICES = ["A", "B", "tie"] as const;
export type Choice = (typeof CHOICES)[number];

const LONGEST_REPLY = 4_000;
/** Judges like to put JSON into a code block, whatever they are asked. */
const CODE_BLOCK = /^```(?:json)?\s*([^`]*)```$/i;

/** The judge's choice; null for anything but the object that was asked for, with one of the three choices in it. */
export function readJudgeReply(reply: string | null): Choice | null {
  const text = reply?.trim() ?? "";
  if (text.length > LONGEST_REPLY) return null;
  try {
    const value: unknown = JSON.parse(CODE_BLOCK.exec(text)?.[1] ?? text);
    if (typeof value !== "object" || value === null) return null;
    const better = (value as { better?: unknown }).better;
    return CHOICES.find((choice) => choice === better) ?? null;
  } catch {
    return null;
  }
}
