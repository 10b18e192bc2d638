import { isObject } from "@understudy/apis";

/** A path such as `tools[*].function.strict`, in steps: a key, an array position, or `*` for all positions. */
type Step = string | number;

/** The body without what the paths name. Shares all that lies off the paths; never changes the original. */
export function withoutPaths(
  body: Readonly<Record<string, unknown>>,
  paths: readonly string[],
): Record<string, unknown> {
  let result: unknown = { ...body };
  for (const path of paths) result = without(result, steps(path));
  return isObject(result) ? { ...result } : {};
}

function steps(path: string): readonly Step[] {
  return [...path.matchAll(/\[(\*|\d+)\]|[^.[\]]+/g)].map(([text, position]) => {
    if (position === undefined) return text;
    return position === "*" ? "*" : Number(position);
  });
}

function without(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined) return value;
  if (Array.isArray(value)) return withoutPosition(value, step, rest);
  if (!isObject(value) || typeof step !== "string" || !Object.hasOwn(value, step)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key !== step) return [[key, inner]];
      return rest.length === 0 ? [] : [[key, without(inner, rest)]];
    }),
  );
}

function withoutPosition(items: readonly unknown[], step: Step, rest: readonly Step[]): readonly unknown[] {
  const isMeant = (index: number): boolean => step === "*" || step === index;
  if (rest.length === 0) return items.filter((_, index) => !isMeant(index));
  return items.map((item, index) => (isMeant(index) ? without(item, rest) : item));
}
