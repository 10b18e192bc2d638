import { RE2JS } from "re2js";
import { REDACTED, type Redactor } from "@understudy/runtime";

/**
 * A redactor for the configuration's patterns; null when there are none. RE2 matches in time linear in the text, so no
 * pattern and no text can stop the process. Throws for a pattern that RE2 does not take.
 */
export function createPatterns(sources: readonly string[]): Redactor | null {
  if (sources.length === 0) return null;
  const patterns = sources.map((source) => RE2JS.compile(source));
  return {
    finds: (text) => patterns.some((pattern) => pattern.matcher(text).find()),
    clean: (text) => patterns.reduce((left, pattern) => pattern.matcher(left).replaceAll(REDACTED), text),
  };
}
