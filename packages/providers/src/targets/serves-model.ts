import { resolveProvider } from "../table/resolve-provider.ts";
import type { Target } from "./target.ts";

/** Whether the target is for the model that was asked for. Only a target of `*` is not for every one. */
export function servesModel(target: Target, requestedModel: string): boolean {
  if (!target.anyProvider) return true;
  const resolved = resolveProvider({ ...target.deployment, model: requestedModel });
  return resolved.kind === "resolved" && resolved.provider.name === target.provider;
}
