import { type Config, secretsOf } from "@understudy/config";
import type { Rollout, RolloutAction, RolloutAsked, RolloutDetail } from "@understudy/contracts";
import { type Control, routes } from "@understudy/control";
import { createRedactor } from "@understudy/runtime";
import { type By, nowPossible, type RolloutMoment, type Store } from "@understudy/store";
import { ApiError } from "../http/api-error.ts";
import type { Reports } from "../reports/reports.ts";
import { type Conduct, nextOf } from "../rollout/conduct.ts";
import { away, refused } from "./experiment-control.ts";
import { createRolloutStart } from "./rollout-start.ts";

export interface RolloutControlDeps {
  readonly config: Config;
  readonly store: Store;
  readonly control: Control;
  readonly reports: Pick<Reports, "report">;
  readonly conduct: Pick<Conduct, "status">;
}

/** What a person may do about rollouts. Throws `ApiError` with what may be done instead. */
export interface RolloutControl {
  start(experiment: string, asked: RolloutAsked, who: string): Promise<Rollout>;
  /** To roll back needs no database. */
  act(id: string, action: RolloutAction, by: By): Promise<Rollout>;
  /** Newest first; those that are followed while the database is away. */
  list(): Promise<readonly Rollout[]>;
  read(id: string): Promise<RolloutDetail>;
}

const MOST_LISTED = 200;

export function createRolloutControl(deps: RolloutControlDeps): RolloutControl {
  const { config, store, control, conduct } = deps;
  const startRollout = createRolloutStart(deps);
  const redactor = createRedactor(secretsOf(config));
  const clean = ({ who, reason }: By): By => ({ who, reason: reason === null ? null : redactor.clean(reason) });
  const followed = (id: string): Rollout | null => control.current().rollouts.find((one) => one.id === id) ?? null;

  async function move(id: string, action: Exclude<RolloutAction, "rollback">, by: By): Promise<Rollout> {
    const before = await store.control.rollout(id).catch(away);
    if (before === null) throw notThere(id);
    const to = whereTo(before, action);
    if (to === null) throw refusal(before, action);
    const { state, stage } = before;
    const after = await store.control.moveRollout(id, { state, stage }, to, clean(by)).catch(refused);
    if (after !== null) return after;
    const message = `The rollout ${id} has been moved by somebody else meanwhile. GET /api/rollouts/${id} says where it is.`;
    throw new ApiError("wrong_state", message);
  }

  async function rollBack(id: string, by: By): Promise<Rollout> {
    const { who, reason } = clean(by);
    if (followed(id) === null) await control.refresh();
    const here = control.rollBackHere(id, who, reason);
    // What is not followed any more was rolled back, and another began.
    const known = here ?? (await store.control.rollout(id).catch(away));
    if (known === null) throw notThere(id);
    return known;
  }

  return {
    async start(id, asked, who) {
      const started = await startRollout(id, asked, clean({ who, reason: asked.reason ?? null }));
      await control.refresh();
      return started;
    },
    async act(id, action, by) {
      if (action === "rollback") return rollBack(id, by);
      const after = await move(id, action, by);
      await control.refresh();
      return followed(id) ?? after;
    },
    list: () => store.control.rollouts(MOST_LISTED).catch(() => control.current().rollouts.toReversed()),
    async read(id) {
      const here = followed(id);
      const rollout = here !== null && !routes(here) ? here : await store.control.rollout(id).catch(() => here);
      if (rollout === null) throw notThere(id);
      return { ...rollout, status: conduct.status(id) };
    },
  };
}

/** Where a rollout goes by an action; null where that is not possible now. */
function whereTo(
  { state, stage, stages }: Rollout,
  action: Exclude<RolloutAction, "rollback">,
): Partial<RolloutMoment> | null {
  const onStages = state === "running" || state === "held";
  switch (action) {
    case "pause":
      return state === "running" ? { state: "held" } : null;
    case "resume":
      return state === "held" ? { state: "running" } : null;
    case "advance":
      return onStages || state === "watching"
        ? { state: "running", ...nextOf({ state, stage }, stages.length - 1) }
        : null;
  }
}

function refusal(rollout: Rollout, action: RolloutAction): ApiError {
  return new ApiError(
    "wrong_state",
    `The rollout ${rollout.id} is ${rollout.state}: ${CANNOT[action]}. ${nowPossible(rollout)}`,
  );
}

const CANNOT: Readonly<Record<RolloutAction, string>> = {
  advance: "there is no further stage",
  pause: "only a running one can be held where it is",
  resume: "only a held one can go on",
  rollback: "it is taken back already",
};

function notThere(id: string): ApiError {
  return new ApiError("not_found", `There is no rollout ${id}. GET /api/rollouts lists them.`);
}
