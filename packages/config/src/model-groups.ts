import type { Config } from "./config.ts";

/** From the name a client asks for to the model group that answers, or null. */
export type FindGroup = (name: string) => string | null;

type Aliases = Readonly<Record<string, { readonly group: string }>>;

/**
 * Resolves names in LiteLLM's order: alias, exact `model_name`, then patterns, the one with most literal characters
 * first.
 */
export function groupFinder(names: Iterable<string>, aliases: Aliases): FindGroup {
  const exact = new Set(names);
  const patterns = [...exact]
    .filter((name) => name.includes("*"))
    .toSorted((left, right) => literalLength(right) - literalLength(left));
  return (asked) => {
    const name = Object.hasOwn(aliases, asked) ? (aliases[asked]?.group ?? asked) : asked;
    if (exact.has(name)) return name;
    return patterns.find((pattern) => matchWildcard(pattern, name)) ?? null;
  };
}

const finders = new WeakMap<Config, FindGroup>();

/** The model group that a requested model name belongs to: alias, exact name, then the most specific pattern. */
export function modelGroupOf(config: Config, name: string): string | null {
  const find =
    finders.get(config) ??
    groupFinder(
      config.deployments.map((deployment) => deployment.modelGroup),
      config.router.aliases,
    );
  finders.set(config, find);
  return find(name);
}

function literalLength(pattern: string): number {
  return pattern.replaceAll("*", "").length;
}

/**
 * Whether the name fits the pattern, where `*` stands for any text. Linear in the name's length for each `*`, since
 * names come from clients.
 */
export function matchWildcard(pattern: string, name: string): boolean {
  const [first = "", ...middle] = pattern.split("*");
  const last = middle.pop();
  if (last === undefined) return pattern === name;
  const end = name.length - last.length;
  if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const literal of middle) {
    const at = name.indexOf(literal, from);
    if (at === -1 || at + literal.length > end) return false;
    from = at + literal.length;
  }
  return true;
}
