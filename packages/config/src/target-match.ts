import { API_NAMES, type ApiName } from "@understudy/contracts";
import { suggestionFor } from "./names.ts";
import { quoted } from "./shown.ts";
import { pathTo } from "./reading.ts";
import type { Section } from "./section.ts";

/** The requests that an experiment is limited to: of each kind that is named, one of its values; null names none. */
export interface TargetMatch {
  /** Users that the request names. */
  readonly users: readonly string[] | null;
  /** APIs that the client speaks. */
  readonly routes: readonly ApiName[] | null;
  /** Values in the request's `metadata`, by key. */
  readonly metadata: Readonly<Record<string, readonly string[]>>;
}

const MATCH_KEYS = ["users", "routes", "metadata"] as const;

/** Reads `match` of an entry of `silent_model`. */
export function readTargetMatch(section: Section | null): TargetMatch | null {
  if (section === null) return null;
  for (const key of ["keys", "teams"]) {
    if (!section.has(key)) continue;
    section.raw(key);
    section.fault(key, "names nobody: there is one key here", "write users, or a key of metadata");
  }
  const metadata = section.section("metadata");
  const values = (metadata?.unread() ?? []).map((key) => [key, metadata?.texts(key) ?? []] as const);
  const match = { users: section.texts("users"), routes: readRoutes(section), metadata: Object.fromEntries(values) };
  section.rejectRest(MATCH_KEYS);
  return match;
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
