import { shortHash } from "@understudy/runtime";
import type { FindGroup } from "../model-groups.ts";
import { FRACTION } from "../number-rule.ts";
import { suggestionFor, unknownGroup } from "../names.ts";
import { isMapping, kindOf, pathTo, pathToName, type Reading } from "../reading.ts";
import { Section } from "../section.ts";
import { quoted } from "../shown.ts";
import { readCheckValue } from "./check-value.ts";
import { ANY_GROUP, CHECK_TYPES, type OwnCheck, type OwnChecks, type OwnCheckSet } from "./own-check.ts";

export const CHECK_KEYS = ["type", "value", "threshold", "metric"] as const;

/** Each costs time for every pair. */
const MOST_CHECKS = 50;
const LONGEST_NAME = 100;

export interface CheckPlaces {
  readonly groups: readonly string[];
  readonly findGroup: FindGroup;
  /** Folder that files are relative to. */
  readonly folder: string;
}

/** Reads `checks`: a list for all model groups, or a map of model groups to their lists. Absent: none. */
export function readOwnChecks(section: Section | null, places: CheckPlaces): OwnChecks {
  const written = section?.raw("checks");
  if (section === null || written === undefined || written === null) return {};
  if (Array.isArray(written))
    return { [ANY_GROUP]: readCheckList(written, section.pathTo("checks"), { ...places, reading: section.reading }) };
  const byGroup = isMapping(written) ? section.section("checks") : null;
  if (byGroup === null) {
    section.fault(
      "checks",
      `is ${kindOf(written)}, not a list`,
      "write a list of checks: - {type: contains, value: TEXT}",
    );
    return {};
  }
  const sets = byGroup.unread().map((name) => {
    const list = byGroup.list(name) ?? [];
    const path = pathToName(byGroup.path, name);
    const group = name === ANY_GROUP ? name : places.findGroup(name);
    if (group === null) byGroup.reading.fault(path, ...unknownGroup(name, [...places.groups, ANY_GROUP]));
    return [group ?? name, readCheckList(list, path, { ...places, reading: section.reading })] as const;
  });
  return Object.fromEntries(sets);
}

interface ListPlaces {
  readonly folder: string;
  readonly reading: Reading;
}

/** The checks of one list; what is wrong with one is a fault at its place. */
export function readCheckList(list: readonly unknown[], path: string, { folder, reading }: ListPlaces): OwnCheckSet {
  if (list.length > MOST_CHECKS)
    reading.fault(
      path,
      `has ${list.length} checks`,
      `write ${MOST_CHECKS} at the most, or put some into one javascript file`,
    );
  const contents: string[] = [];
  const checks: OwnCheck[] = [];
  for (const [index, item] of list.slice(0, MOST_CHECKS).entries()) {
    const at = pathTo(path, index);
    if (!isMapping(item)) {
      reading.fault(at, `is ${kindOf(item)}, not a check`, "write {type: contains, value: TEXT}");
      continue;
    }
    const check = readCheck(new Section(item, at, reading), folder, contents);
    if (check === null) continue;
    const taken = checks.some(({ name }) => name === check.name);
    checks.push(taken ? { ...check, name: `${check.name} #${index + 1}` } : check);
  }
  const [own, rubrics] = [
    checks.filter(({ type }) => type !== "llm-rubric"),
    checks.filter(({ type }) => type === "llm-rubric"),
  ];
  return {
    id: shortHash(JSON.stringify([own.map(withoutPlace), contents]), 12),
    checks: own,
    rubrics: { id: shortHash(JSON.stringify(rubrics), 12), checks: rubrics },
  };
}

/** The same checks in another folder are the same. */
function withoutPlace(check: OwnCheck): OwnCheck {
  return check.type === "javascript" ? { ...check, value: (check.value as { name: unknown }).name } : check;
}

function readCheck(section: Section, folder: string, contents: string[]): OwnCheck | null {
  const written = section.requiredText("type", `write one of ${CHECK_TYPES.join(", ")}`);
  if (written === null) return null;
  const not = written.startsWith("not-");
  const plain = not ? written.slice("not-".length) : written;
  const type = CHECK_TYPES.find((name) => name === plain);
  if (type === undefined) {
    const fix = `${suggestionFor(plain, CHECK_TYPES)} (not- before it turns it round)`;
    return section.fault("type", `${quoted(written)} is not served`, fix);
  }
  const value = readCheckValue(type, section, folder);
  const threshold = readThreshold(type, section);
  const name = readName(section) ?? nameOf(written, section.raw("value"));
  section.rejectRest(CHECK_KEYS);
  if (value === null) return null;
  contents.push(...value.contents);
  return { type, not, name, value: value.value, threshold };
}

function readThreshold(type: OwnCheck["type"], section: Section): number | null {
  if (type === "llm-rubric") return section.number("threshold", FRACTION);
  if (type === "javascript") return section.number("threshold", { min: Number.NEGATIVE_INFINITY });
  if (section.raw("threshold") === undefined) return null;
  return section.fault("threshold", `${type} passes or fails, and has no score`, "remove it");
}

function readName(section: Section): string | null {
  const name = section.text("metric");
  if (name === null || name.length <= LONGEST_NAME) return name;
  return section.fault("metric", `is ${name.length} characters long`, `write ${LONGEST_NAME} at the most`);
}

/** `contains Regards`: what a person tells it from others by. */
function nameOf(type: string, value: unknown): string {
  const shown =
    typeof value === "string" ? value.replace(/^file:\/\//, "") : Array.isArray(value) ? value.join(", ") : "";
  const short = shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
  return `${type} ${short}`.replaceAll(/\s+/g, " ").toWellFormed().trim();
}
