import { consequenceOf } from "./consequences.ts";
import { resolveReferences } from "./environment.ts";
import { nearestKey, suggestionFor } from "./names.ts";
import { checkNumber, type NumberRule, ruleInWords } from "./number-rule.ts";
import { isMapping, kindOf, type Mapping, pathTo, type Reading } from "./reading.ts";
import { quoted } from "./shown.ts";
import { parseDuration, parseSize } from "./units.ts";

/** LiteLLM's own keys that are spelt nearly like one that counts here. */
const KNOWN_TO_LITELLM: ReadonlySet<string> = new Set(["callback", "callbacks", "itpm", "otpm"]);

/**
 * One map of the file, read key by key. Every read is null when the key is absent, empty or wrong; wrong is a fault.
 * It remembers what was read, so that the rest can be reported. `os.environ/NAME` is looked up as a key is read: a key
 * that nobody uses needs no variable.
 */
export class Section {
  readonly path: string;
  readonly reading: Reading;
  /** As written: variables by name. */
  readonly values: Mapping;
  readonly #taken: Set<string>;

  constructor(values: Mapping, path: string, reading: Reading, taken = new Set<string>()) {
    this.values = values;
    this.path = path;
    this.reading = reading;
    this.#taken = taken;
  }

  /** The same section for another reading: what either has read, both have. */
  as(reading: Reading): Section {
    return new Section(this.values, this.path, reading, this.#taken);
  }

  /** The same section with `defaults` laid under it. */
  over(defaults: Mapping): Section {
    return new Section({ ...defaults, ...this.values }, this.path, this.reading);
  }

  has(key: string): boolean {
    return this.values[key] !== undefined && this.values[key] !== null;
  }

  pathTo(key: string): string {
    return pathTo(this.path, key);
  }

  /** The value as written; `os.environ/` is left alone. */
  raw(key: string): unknown {
    this.#taken.add(key);
    return Object.hasOwn(this.values, key) ? this.values[key] : undefined;
  }

  /** The value with its variables filled in. */
  value(key: string): unknown {
    return resolveReferences(this.raw(key), this.pathTo(key), this.reading);
  }

  fault(key: string, problem: string, fix: string): null {
    this.reading.fault(this.pathTo(key), problem, fix);
    return null;
  }

  text(key: string): string | null {
    const value = this.value(key);
    if (value === undefined || value === null || value === "") return null;
    if (typeof value === "string") return value;
    return this.fault(key, `is ${kindOf(value)}, not text`, "write it as text, in quotes if it looks like a number");
  }

  requiredText(key: string, fix: string): string | null {
    return this.#textOr(key, fix, "fault");
  }

  /** What the part that is being read cannot be used without. */
  neededText(key: string, fix: string): string | null {
    return this.#textOr(key, fix, "lack");
  }

  #textOr(key: string, fix: string, report: "fault" | "lack"): string | null {
    const written = this.raw(key);
    if (written !== undefined && written !== null && written !== "") return this.text(key);
    const missing = written === undefined;
    const renaming = missing ? this.renaming(key) : null;
    this.reading[report](this.pathTo(key), missing ? "is missing" : "is empty", renaming?.fix ?? fix);
    return null;
  }

  /** The unread key that was probably meant to be `key`, when `key` is absent. From then on it counts as read. */
  renaming(key: string): { readonly from: string; readonly fix: string } | null {
    if (this.values[key] !== undefined) return null;
    const from = nearestKey(key, this.unread());
    if (from === null) return null;
    this.#taken.add(from);
    return { from, fix: `rename ${from} to ${key}` };
  }

  choice<const Option extends string>(key: string, options: readonly Option[]): Option | null {
    const text = this.text(key);
    if (text === null) return null;
    const chosen = options.find((option) => option === text);
    return chosen ?? this.fault(key, `${quoted(text)} is not a choice`, suggestionFor(text, options));
  }

  number(key: string, rule: NumberRule): number | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    const checked = checkNumber(value, rule);
    if ("number" in checked) return checked.number;
    return this.fault(key, checked.problem, `write ${ruleInWords(rule)}`);
  }

  /** Seconds in the file, milliseconds here. */
  seconds(key: string, rule: NumberRule): number | null {
    const seconds = this.number(key, rule);
    return seconds === null ? null : Math.round(seconds * 1000);
  }

  flag(key: string): boolean | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    if (typeof value === "boolean") return value;
    // Variables are text, and YAML 1.1, which LiteLLM reads, takes yes and on for true.
    const word = typeof value === "string" ? value.toLowerCase() : "";
    if (["true", "yes", "on"].includes(word)) return true;
    if (["false", "no", "off"].includes(word)) return false;
    return this.fault(key, `is ${kindOf(value)}, not true or false`, "write true or false");
  }

  duration(key: string): number | null {
    return this.#amount(key, parseDuration, "a duration", "write seconds as a number, or 500ms, 30s, 5m, 1h, 7d");
  }

  size(key: string): number | null {
    return this.#amount(key, parseSize, "a size", "write bytes as a number, or 512kb, 1mb, 8MiB");
  }

  #amount(key: string, parse: (value: unknown) => number | null, noun: string, fix: string): number | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    return parse(value) ?? this.fault(key, `is not ${noun}`, fix);
  }

  texts(key: string): readonly string[] | null {
    const items = this.list(key);
    if (items === null) return null;
    for (const [index, item] of items.entries()) {
      if (typeof item === "string" && item !== "") continue;
      this.reading.fault(pathTo(this.pathTo(key), index), `is ${kindOf(item)}, not text`, "write text, or remove it");
    }
    return items.filter((item) => typeof item === "string");
  }

  list(key: string): readonly unknown[] | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    if (Array.isArray(value)) return value;
    return this.fault(key, `is ${kindOf(value)}, not a list`, "write a list: [first, second]");
  }

  map(key: string): Mapping | null {
    const value = this.value(key);
    if (value === undefined || value === null) return null;
    return isMapping(value)
      ? value
      : this.fault(key, `is ${kindOf(value)}, not a map`, "write key: value lines under it");
  }

  section(key: string): Section | null {
    return sectionAt(this.raw(key), this.pathTo(key), this.reading);
  }

  /** Keys that somebody has asked for, whether they are written or not. */
  known(): readonly string[] {
    return [...this.#taken];
  }

  /** Keys that nobody has read so far. */
  unread(): readonly string[] {
    return Object.keys(this.values).filter((key) => !this.#taken.has(key));
  }

  /** Takes the keys that are left and probably meant to be one of `known`, with a warning for each. */
  warnOfSlips(known: readonly string[] = this.known()): void {
    for (const key of this.unread()) {
      const meant = known.includes(key) || KNOWN_TO_LITELLM.has(key) ? null : nearestKey(key, known);
      if (meant === null) continue;
      this.#taken.add(key);
      this.warn(key, `has no effect; did you mean ${meant}?`);
    }
  }

  warn(key: string, text: string): void {
    this.reading.warnings.push({ path: this.pathTo(key), text });
  }

  /** Reports what is left: what follows from it, or as ignored, with one path for each key that holds no further map. */
  ignoreRest(): void {
    for (const key of this.unread()) {
      const consequence = consequenceOf(this.pathTo(key), this.values[key]);
      if (consequence === null) this.reading.ignored.push(...leafPaths(this.values[key], this.pathTo(key)));
      else this.warn(key, consequence);
    }
  }

  /** Makes a fault of every key that is left. For maps that are ours alone, where a typo must not pass unnoticed. */
  rejectRest(known: readonly string[]): void {
    for (const key of this.unread()) this.fault(key, "is not a key here", suggestionFor(key, known));
  }
}

/** The section of a value that should be a map: null when it is absent, and with a fault when it is something else. */
export function sectionAt(value: unknown, path: string, reading: Reading): Section | null {
  if (value === undefined || value === null) return null;
  if (isMapping(value)) return new Section(value, path, reading);
  reading.fault(path, `is ${kindOf(value)}, not a map`, "write key: value lines under it");
  return null;
}

function leafPaths(value: unknown, path: string): readonly string[] {
  if (!isMapping(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, item]) => leafPaths(item, pathTo(path, key)));
}
