import type { ExperimentOverview, Traffic } from "@understudy/contracts";
import { total } from "../frame/format.ts";
import { type Standing, standingOf, type StandingKind } from "../figures/standing.ts";

export interface ListedExperiment {
  readonly experiment: ExperimentOverview;
  readonly standing: Standing;
}

/** The experiments of one primary model group, its controls apart. */
export interface Group {
  readonly primary: string;
  readonly candidates: readonly ListedExperiment[];
  readonly controls: readonly ExperimentOverview[];
  /** Silent models that it has an experiment with, shown or not. */
  readonly taken: readonly string[];
  readonly traffic: Traffic;
}

/** What needs somebody first. */
const ORDER: readonly StandingKind[] = ["rollout", "promote", "reject", "cannot", "watch", "unknown"];

export const FILTERS = {
  promote: "Promote",
  reject: "Reject",
  watch: "Keep watching",
  cannot: "Cannot judge",
  rollout: "Rollout",
} as const satisfies Readonly<Partial<Record<StandingKind, string>>>;

export type FilterName = keyof typeof FILTERS;

export interface Wanted {
  readonly search: string;
  /** Null: all. */
  readonly verdict: FilterName | null;
}

/** Groups in the order in which their experiments are listed; one that nothing is left of is not there. */
export function groupsOf(experiments: readonly ExperimentOverview[], wanted: Wanted): readonly Group[] {
  const groups = Map.groupBy(experiments, ({ primary }) => primary);
  return [...groups]
    .map(([primary, own]) => ({
      primary,
      candidates: candidatesOf(own).filter((one) => isWanted(one, wanted)),
      controls: own.filter(isControl).filter((one) => wanted.verdict === null && matches(one, wanted.search)),
      taken: own.map(({ silent }) => silent),
      traffic: trafficOf(own),
    }))
    .filter(({ candidates, controls }) => candidates.length + controls.length > 0);
}

const UNKNOWN: Traffic = { requests_a_day: null, usd_a_month: null };

/** Its experiments see the same requests; the one that has seen most of them tells best. */
function trafficOf(own: readonly ExperimentOverview[]): Traffic {
  const seen = ({ counts }: ExperimentOverview): number => counts.admitted + total(counts.skipped);
  const known = own.filter(({ traffic }) => traffic.requests_a_day !== null);
  return known.toSorted((one, other) => seen(other) - seen(one))[0]?.traffic ?? UNKNOWN;
}

function isControl({ primary, silent }: Pick<ExperimentOverview, "primary" | "silent">): boolean {
  return primary === silent;
}

/** How many of each verdict a search finds, and of all. */
export function countsOf(experiments: readonly ExperimentOverview[], search: string) {
  const found = candidatesOf(experiments).filter(({ experiment }) => matches(experiment, search));
  const of = (kind: StandingKind): number => found.filter(({ standing }) => standing.kind === kind).length;
  return {
    all: found.length,
    promote: of("promote"),
    reject: of("reject"),
    watch: of("watch"),
    cannot: of("cannot"),
    rollout: of("rollout"),
  } satisfies Readonly<Record<FilterName | "all", number>>;
}

function candidatesOf(experiments: readonly ExperimentOverview[]): readonly ListedExperiment[] {
  return experiments
    .filter((experiment) => !isControl(experiment))
    .map((experiment) => ({ experiment, standing: standingOf(experiment) }))
    .toSorted(
      (one, other) =>
        ORDER.indexOf(one.standing.kind) - ORDER.indexOf(other.standing.kind) ||
        one.experiment.silent.localeCompare(other.experiment.silent),
    );
}

function isWanted({ experiment, standing }: ListedExperiment, { search, verdict }: Wanted): boolean {
  return (verdict === null || standing.kind === verdict) && matches(experiment, search);
}

/** Every word of the search is in a name. */
function matches({ primary, silent, id }: ExperimentOverview, search: string): boolean {
  const text = `${primary} ${silent} ${id}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
