import type { Config } from "@understudy/config";

/** A model group for a first request: one that is mirrored where there is one, and no pattern. Null where all are patterns. */
export function modelToTry({ experiments, deployments }: Config): string | null {
  const groups = [...experiments.map(({ primary }) => primary), ...deployments.map(({ modelGroup }) => modelGroup)];
  return groups.find((group) => !group.includes("*")) ?? null;
}
