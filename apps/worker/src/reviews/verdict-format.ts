import { VERDICT_SCHEMA } from "@understudy/evaluation";
import type { JsonFormatOf } from "@understudy/providers";

/** What holds a judge to the form of its reply, where it can be held to one. */
export interface VerdictFormat {
  /** What goes into its request. */
  of(model: string): Readonly<Record<string, unknown>>;
  /** It has refused that: it is not sent again by this process. The prompt asks for the form all the same. */
  refused(model: string): void;
}

const SCHEMA = { type: "json_schema", json_schema: { name: "verdict", strict: true, schema: VERDICT_SCHEMA } } as const;
const OBJECT = { type: "json_object" } as const;

export function createVerdictFormat(formatOf: JsonFormatOf): VerdictFormat {
  const refusedBy = new Set<string>();
  return {
    of(model) {
      const format = refusedBy.has(model) ? null : formatOf(model);
      if (format === null) return {};
      return { response_format: format === "json_schema" ? SCHEMA : OBJECT };
    },
    refused: (model) => void refusedBy.add(model),
  };
}
