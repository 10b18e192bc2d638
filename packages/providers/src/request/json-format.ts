import { type Config, modelGroupOf } from "@understudy/config";
import { compileTargets } from "../targets/compile-targets.ts";
import type { JsonFormat } from "../table/provider.ts";
import { servesModel } from "../targets/serves-model.ts";

/** The strictest `response_format` that every deployment of a model is known to take; null where one of them is not. */
export type JsonFormatOf = (model: string) => JsonFormat | null;

export function createJsonFormatOf(config: Config): JsonFormatOf {
  const targets = compileTargets(config);
  return (model) => {
    const group = modelGroupOf(config, model);
    const formats = targets
      .filter((target) => target.deployment.modelGroup === group && servesModel(target, model))
      .map(({ traits }) => traits.jsonFormat);
    if (formats.length === 0 || formats.includes(null)) return null;
    return formats.includes("json_object") ? "json_object" : "json_schema";
  };
}
