/** Per cent: what a rollout goes through where nothing else is said. */
export const STAGES = [5, 25, 50, 100] as const;

/** `5, 25, 100` as numbers; what is none is NaN. */
export function readStages(text: string): readonly number[] {
  return text
    .split(/[\s,;%]+/)
    .filter((part) => part !== "")
    .map(Number);
}

/** What is wrong with stages, and what to write instead; null where nothing is. */
export function stagesFault(stages: readonly number[]): string | null {
  const valid = stages.every((stage) => stage > 0 && stage <= 100);
  const ascending = stages.every((stage, index) => index === 0 || stage > (stages[index - 1] ?? 0));
  if (stages.length > 0 && valid && ascending && stages.at(-1) === 100) return null;
  return "Stages are per cents that ascend to 100: write them like 5, 25, 50, 100.";
}
