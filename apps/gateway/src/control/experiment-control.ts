import { type Config, experimentId, modelGroupOf, nearestName, secretsOf } from "@understudy/config";
import type {
  ExperimentAdded,
  ExperimentChange,
  ExperimentEvent,
  ExperimentKey,
  ExperimentRun,
  ExperimentSettings,
} from "@understudy/contracts";
import { type Control, viewOf } from "@understudy/control";
import { type Clock, createRedactor } from "@understudy/runtime";
import { type By, ControlConflictError, type Store, UnknownControlError } from "@understudy/store";
import { ApiError } from "../http/api-error.ts";
import type { ExperimentRuns } from "./experiment-runs.ts";

export interface ExperimentsControlDeps {
  readonly config: Config;
  readonly store: Store;
  readonly control: Control;
  readonly runs: ExperimentRuns;
  readonly clock: Clock;
}

/** An experiment with how it runs, as the answer to whoever changed it. */
export type RunningExperiment = ExperimentKey & ExperimentRun;

/** What a person may change of experiments while they run. Throws `ApiError` with what may be done instead. */
export interface ExperimentsControl {
  change(id: string, change: ExperimentChange, who: string): Promise<RunningExperiment>;
  add(experiment: ExperimentAdded, who: string): Promise<RunningExperiment>;
  events(
    id: string,
    page: { readonly limit: number; readonly cursor: string | null },
  ): Promise<readonly ExperimentEvent[]>;
}

export function createExperimentsControl(deps: ExperimentsControlDeps): ExperimentsControl {
  const { config, store, control, runs, clock } = deps;
  const redactor = createRedactor(secretsOf(config));
  const by = (who: string, reason: string | undefined): By => ({
    who,
    reason: reason === undefined ? null : redactor.clean(reason),
  });
  const isNamed = (id: string): boolean => config.experiments.some((experiment) => experiment.id === id);

  /** Throws where nothing of the experiment runs that could be changed. */
  async function changeable(id: string): Promise<void> {
    const known = viewOf(control.current()).experiment(id);
    if (isNamed(id) || known?.named_by === "api") return;
    const stored = await store.experiments.read(id).catch(away);
    if (stored === null) throw unknown(id);
    const why = stored.replay ? "it replays stored requests" : "the configuration does not name it any more";
    const fix = stored.replay ? "understudy replay begins another" : "POST /api/experiments adds it again";
    throw new ApiError("wrong_state", `${id} has nothing that runs: ${why}. ${fix}.`);
  }

  function refusePast(endsAt: number | null | undefined): void {
    if (endsAt === undefined || endsAt === null || endsAt > clock.now()) return;
    const message = '`ends_at`: write a moment that is still to come; the state "ended" ends it now.';
    throw new ApiError("invalid_request", message, { param: "ends_at" });
  }

  return {
    async change(id, { reason, ...change }, who) {
      await changeable(id);
      refuseTelling(config, change.tell_when_decided);
      refusePast(change.ends_at);
      const { primary, silent } = await store.control.change(id, change, by(who, reason)).catch(refused);
      await control.refresh();
      return { id, primary, silent, ...runs.of({ id, primary, silent }) };
    },
    async add({ primary, silent, reason, ...settings }, who) {
      const key = { ...groupsOf(config, { primary, silent }), id: experimentId(primary, silent) };
      refusePast(settings.ends_at);
      if (isNamed(key.id)) {
        throw new ApiError(
          "wrong_state",
          `The configuration names ${key.id}. PATCH /api/experiments/${key.id} changes it.`,
        );
      }
      await store.control.add({ ...key, settings: { ...NOTHING_SET, ...settings } }, by(who, reason)).catch(refused);
      await control.refresh();
      return { ...key, ...runs.of(key) };
    },
    async events(id, page) {
      const known = isNamed(id) || viewOf(control.current()).experiment(id) !== null;
      if (!known && (await store.experiments.read(id).catch(away)) === null) throw unknown(id);
      const { limit, cursor } = page;
      return store.control.events(id, cursor === null ? { limit } : { limit, before: cursor }).catch(away);
    },
  };
}

/** An address that somebody gives here might be any machine of this network: the file's webhook is the only one. */
function refuseTelling({ logging }: Config, tell: boolean | undefined): void {
  if (tell !== true || logging.webhook !== null) return;
  const fix = "name a webhook under logging_settings, and restart";
  throw new ApiError("wrong_state", `Nobody can be told: the configuration has no webhook; ${fix}.`);
}

const NOTHING_SET: ExperimentSettings = { sample_rate: null, ends_at: null, max_usd_per_day: null, concurrency: null };

function groupsOf(config: Config, { primary, silent }: Pick<ExperimentAdded, "primary" | "silent">) {
  const named = { primary: groupNamed(config, "primary", primary), silent: groupNamed(config, "silent", silent) };
  if (named.primary !== named.silent) return named;
  const message = `\`silent\`: name another model group than ${primary}; a control is written in the configuration.`;
  throw new ApiError("invalid_request", message, { param: "silent" });
}

function groupNamed(config: Config, param: "primary" | "silent", name: string): string {
  const groups = config.groups.map(({ model }) => model.name);
  if (groups.includes(name)) return name;
  const meant = modelGroupOf(config, name) ?? nearestName(name, groups);
  const fix = meant !== null && groups.includes(meant) ? `did you mean ${meant}?` : `there is ${groups.join(", ")}.`;
  throw new ApiError("invalid_request", `\`${param}\`: no model group of the configuration is called ${name}; ${fix}`, {
    param,
  });
}

export function unknown(id: string): ApiError {
  return new ApiError("not_found", `There is no experiment ${id}. GET /api/experiments lists them.`);
}

/** What the store says of a change that it did not make. */
export function refused(error: unknown): never {
  if (error instanceof ControlConflictError) throw new ApiError("wrong_state", error.message, { cause: error });
  if (error instanceof UnknownControlError) throw new ApiError("not_found", error.message, { cause: error });
  throw notWritten(error);
}

function notWritten(cause: unknown): ApiError {
  const message =
    "The database cannot be reached now, so nothing was changed. A rollback needs none; try the rest again shortly.";
  return new ApiError("store_unavailable", message, { cause });
}

export function away(cause: unknown): never {
  if (cause instanceof ApiError) throw cause;
  throw new ApiError("store_unavailable", "The database cannot be read now. Try again shortly.", { cause });
}
