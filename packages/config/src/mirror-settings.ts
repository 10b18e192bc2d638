import {
  type Margins,
  type ReplaySettings,
  type ReviewSettings,
  SAMPLE_BY,
  type SilentModel,
  type SilentTarget,
  type VerdictSettings,
} from "./config.ts";
import { DEFAULT_MARGINS, readMargins } from "./margins.ts";
import type { FindGroup } from "./model-groups.ts";
import { nearestName } from "./names.ts";
import { AT_LEAST_ONE, COUNT, FRACTION, POSITIVE } from "./number-rule.ts";
import { pathTo, pathToName } from "./reading.ts";
import { shown } from "./shown.ts";
import { DEFAULT_VERDICT, readVerdictSettings } from "./verdict-settings.ts";
import { type KnownGroups, NO_REVIEW, readReviewSettings, REVIEW_KEYS } from "./review-settings.ts";
import type { OwnChecks } from "./own-checks/own-check.ts";
import { readOwnChecks } from "./own-checks/read-own-checks.ts";
import type { Section } from "./section.ts";

/** How requests are mirrored; may be said for one entry of `silent_model`. */
export type TargetSettings = Omit<SilentTarget, "experimentId" | "silentModel" | "match">;
/** How a silent model's queue is worked off, whoever fills it. */
export type QueueSettings = Omit<SilentModel, "name" | "replay" | "review">;

export const TARGET_KEYS = [
  "sample_rate",
  "sample_by",
  "max_body_bytes",
  "max_job_age",
  "payloads",
  "retention",
] as const;
export const QUEUE_KEYS = [
  "concurrency",
  "requests_per_minute",
  "daily_budget_usd",
  "timeout",
  "retries",
  "max_queue_length",
] as const;
export const MIRROR_KEYS = [
  ...TARGET_KEYS,
  ...QUEUE_KEYS,
  "margins",
  "verdict",
  ...REVIEW_KEYS,
  "checks",
  "log_text",
  "lost_after",
  "silent_models",
  "replay_models",
] as const;

const HOUR_MS = 3_600_000;

export const DEFAULT_TARGET: TargetSettings = {
  sampleRate: 1,
  sampleBy: "request",
  maxBodyBytes: 1024 ** 2,
  maxJobAgeMs: HOUR_MS,
  payloads: "full",
  retentionMs: 30 * 24 * HOUR_MS,
};

export const DEFAULT_QUEUE: QueueSettings = {
  concurrency: 8,
  requestsPerMinute: null,
  dailyBudgetUsd: null,
  timeoutMs: 600_000,
  retries: 3,
  maxQueueLength: 10_000,
};

/** Longer than any silent call takes. */
const DEFAULT_LOST_AFTER_MS = 900_000;

export interface MirrorSettings {
  readonly logText: boolean;
  readonly lostAfterMs: number;
  readonly ownChecks: OwnChecks;
  /** What holds for copies to this silent model unless the `silent_model` entry says otherwise. */
  targetFor(silentModel: string): TargetSettings;
  queueFor(silentModel: string): QueueSettings;
  marginsFor(silentModel: string): Margins;
  verdictFor(silentModel: string): VerdictSettings;
  replayFor(silentModel: string): ReplaySettings;
  reviewFor(silentModel: string): ReviewSettings;
  /** Names under `replay_models`, as written, and where. */
  readonly replayModels: readonly { readonly name: string; readonly path: string }[];
  /** Notes a fault for settings of a silent model that neither a deployment nor `replay_models` names. */
  rejectUnused(silentModels: readonly string[]): void;
}

interface ModelSettings {
  readonly target: TargetSettings;
  readonly queue: QueueSettings;
  readonly margins: Margins;
  readonly verdict: VerdictSettings;
  readonly review: ReviewSettings;
  readonly writtenAs: string;
}

/** Reads `mirror_settings`. Its keys are ours, so an unknown one is a fault. Files are relative to `folder`. */
export function readMirrorSettings(section: Section | null, known: KnownGroups, folder: string): MirrorSettings {
  const { findGroup } = known;
  const target = readTargetSettings(section, DEFAULT_TARGET);
  const queue = readQueueSettings(section, DEFAULT_QUEUE);
  const margins = readMargins(section, DEFAULT_MARGINS);
  const verdict = readVerdictSettings(section, DEFAULT_VERDICT);
  const review = readReviewSettings(section, NO_REVIEW, { known, budget: true });
  rejectTextless(section, review, target);
  const logText = section?.flag("log_text") ?? false;
  const lostAfterMs = section?.duration("lost_after") ?? DEFAULT_LOST_AFTER_MS;
  const ownChecks = readOwnChecks(section, { ...known, folder });
  const models = section?.section("silent_models") ?? null;
  const byName = new Map<string, ModelSettings>();
  for (const name of models?.unread() ?? []) {
    const own = models?.section(name) ?? null;
    const settings = {
      writtenAs: name,
      target: readTargetSettings(own, target),
      queue: readQueueSettings(own, queue),
      margins: readMargins(own, margins),
      verdict: readVerdictSettings(own, verdict),
      review: readReviewSettings(own, review, { known, budget: false }),
    };
    rejectTextless(own, settings.review, settings.target);
    byName.set(silentName(name, findGroup), settings);
    own?.rejectRest([...TARGET_KEYS, ...QUEUE_KEYS, "margins", "verdict", ...REVIEW_KEYS]);
  }
  const reviews = [review, ...[...byName.values()].map((own) => own.review)];
  rejectUngraded(section, ownChecks, reviews);
  const replayModels = replayModelsOf(section);
  section?.rejectRest(MIRROR_KEYS);
  const marginsFor = (name: string): Margins => byName.get(name)?.margins ?? margins;
  const verdictFor = (name: string): VerdictSettings => byName.get(name)?.verdict ?? verdict;
  const targetFor = (name: string): TargetSettings => byName.get(name)?.target ?? target;
  return {
    logText,
    lostAfterMs,
    ownChecks,
    targetFor,
    queueFor: (name) => byName.get(name)?.queue ?? queue,
    marginsFor,
    verdictFor,
    replayFor(name) {
      const { maxJobAgeMs, payloads, retentionMs } = targetFor(name);
      return { maxJobAgeMs, payloads, retentionMs, margins: marginsFor(name), verdict: verdictFor(name) };
    },
    replayModels,
    reviewFor: (name) => byName.get(name)?.review ?? review,
    rejectUnused(used) {
      for (const [name, { writtenAs }] of byName) {
        if (models === null || used.includes(name)) continue;
        const path = pathToName(models.path, writtenAs);
        models.reading.fault(path, "nothing is mirrored or replayed to this silent model", unusedFix(name, used));
      }
    },
  };
}

/** People are shown what was asked and answered. */
function rejectTextless(section: Section | null, { labels }: ReviewSettings, { payloads }: TargetSettings): void {
  const isSaidHere = section?.has("labels") === true || section?.has("payloads") === true;
  if (!isSaidHere || labels === null || payloads === "full") return;
  const fix = "write payloads: full, or labels: null";
  section?.fault("labels", "people are shown texts, and payloads: metrics_only keeps none", fix);
}

function rejectUngraded(section: Section | null, ownChecks: OwnChecks, reviews: readonly ReviewSettings[]): void {
  const rubrics = Object.values(ownChecks).some((set) => set.rubrics.checks.length > 0);
  if (!rubrics || reviews.some(({ judge }) => judge !== null)) return;
  const fix = "name one: mirror_settings.judge: {model: GROUP}";
  section?.fault("checks", "has an llm-rubric, and there is no judge to grade by it", fix);
}

function replayModelsOf(section: Section | null): MirrorSettings["replayModels"] {
  if (section === null) return [];
  const path = section.pathTo("replay_models");
  return (section.texts("replay_models") ?? []).map((name, index) => ({ name, path: pathTo(path, index) }));
}

/**
 * The name that a silent model goes by: the group behind an alias; otherwise as written, also where a pattern such as
 * `openai/*` takes it.
 */
export function silentName(name: string, findGroup: FindGroup): string {
  const group = findGroup(name) ?? name;
  return group.includes("*") ? name : group;
}

function unusedFix(name: string, used: readonly string[]): string {
  const nearest = nearestName(name, used);
  return nearest === null
    ? `write silent_model: ${shown(name)} on a deployment, list it in replay_models, or remove it`
    : `did you mean ${nearest}?`;
}

/** Reads the settings that one `silent_model` entry may have; what it does not say is `fallback`. */
export function readTargetSettings(section: Section | null, fallback: TargetSettings): TargetSettings {
  return {
    sampleRate: section?.number("sample_rate", FRACTION) ?? fallback.sampleRate,
    sampleBy: section?.choice("sample_by", SAMPLE_BY) ?? fallback.sampleBy,
    maxBodyBytes: section?.size("max_body_bytes") ?? fallback.maxBodyBytes,
    maxJobAgeMs: section?.duration("max_job_age") ?? fallback.maxJobAgeMs,
    payloads: section?.choice("payloads", ["full", "metrics_only"]) ?? fallback.payloads,
    retentionMs: section?.duration("retention") ?? fallback.retentionMs,
  };
}

function readQueueSettings(section: Section | null, fallback: QueueSettings): QueueSettings {
  if (section === null) return fallback;
  return {
    concurrency: section.number("concurrency", AT_LEAST_ONE) ?? fallback.concurrency,
    requestsPerMinute: readLimit(section, "requests_per_minute", fallback.requestsPerMinute),
    dailyBudgetUsd: readLimit(section, "daily_budget_usd", fallback.dailyBudgetUsd),
    timeoutMs: section.duration("timeout") ?? fallback.timeoutMs,
    retries: section.number("retries", COUNT) ?? fallback.retries,
    maxQueueLength: section.number("max_queue_length", AT_LEAST_ONE) ?? fallback.maxQueueLength,
  };
}

/** Written as null it lifts a limit that mirror_settings sets for all. */
function readLimit(section: Section, key: string, fallback: number | null): number | null {
  return section.raw(key) === null ? null : (section.number(key, POSITIVE) ?? fallback);
}
