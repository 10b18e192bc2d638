import { API_NAMES, type ApiName } from "@understudy/contracts";
import { suggestionFor } from "./names.ts";
import { quoted } from "./shown.ts";
import { pathTo } from "./reading.ts";
import type { Section } from "./section.ts";

/** The requests that an experiment is limited to: of each kind that is named, one of its values; null names none. */
export interface TargetMatch {
  /** Aliases of keys, and their teams. */
  readonly keys: readonly string[] | null;
  readonly teams: readonly string[] | null;
  /** Users that the request names. */
  readonly users: readonly string[] | null;
  /** APIs that the client speaks. */
  readonly routes: readonly ApiName[] | null;
  /** Values in the request's `metadata`, by key. */
  readonly metadata: Readonly<Record<string, readonly string[]>>;
}

/** Whose requests a `match` can be limited to. */
export interface KnownCallers {
  readonly keys: readonly string[];
  readonly teams: readonly string[];
  /** Whether a proxy may name others. */
  readonly open: boolean;
}

const MATCH_KEYS = ["keys", "teams", "users", "routes", "metadata"] as const;

/** Reads `match` of an entry of `silent_model`. */
export function readTargetMatch(section: Section | null, callers: KnownCallers): TargetMatch | null {
  if (section === null) return null;
  const metadata = section.section("metadata");
  const values = (metadata?.unread() ?? []).map((key) => [key, metadata?.texts(key) ?? []] as const);
  const match = {
    keys: readCallers(section, "keys", callers),
    teams: readCallers(section, "teams", callers),
    users: section.texts("users"),
    routes: readRoutes(section),
    metadata: Object.fromEntries(values),
  };
  section.rejectRest(MATCH_KEYS);
  return match;
}

/** Where no proxy names others, whoever is not in `client_keys` never calls. */
function readCallers(section: Section, kind: "keys" | "teams", callers: KnownCallers): readonly string[] | null {
  const names = section.texts(kind);
  const known = callers[kind];
  for (const [index, name] of (callers.open ? [] : (names ?? [])).entries()) {
    if (known.includes(name)) continue;
    const path = pathTo(section.pathTo(kind), index);
    const what = kind === "keys" ? "alias" : "team";
    const fix = known.length === 0 ? `write ${what}: NAME at a key of it` : suggestionFor(name, known);
    section.reading.fault(path, `${quoted(name)} is the ${what} of no key of general_settings.client_keys`, fix);
  }
  return names;
}

function readRoutes(section: Section): readonly ApiName[] | null {
  const names = section.texts("routes");
  if (names === null) return null;
  return names.flatMap((name, index): readonly ApiName[] => {
    const known = API_NAMES.find((one) => one === name);
    if (known !== undefined) return [known];
    const path = pathTo(section.pathTo("routes"), index);
    section.reading.fault(path, `${quoted(name)} is no API`, suggestionFor(name, API_NAMES));
    return [];
  });
}
