import type { Changed, ControlState } from "@understudy/contracts";
import type { Control } from "@understudy/control";
import type { Overviews } from "../reports/overviews.ts";

export interface NewsDeps {
  readonly control: Control;
  readonly overviews: Pick<Overviews, "changed">;
  /** Of each queue a text that is another once its jobs are. */
  readonly queues: () => Promise<ReadonlyMap<string, string>>;
}

/** What has changed since it was last told, from when somebody begins to listen until nobody does. */
export interface News {
  begin(): void;
  end(): void;
  /** Never rejects: queues that cannot be reached are no news. */
  lookAtQueues(): Promise<void>;
  /** Null where nothing has. */
  take(): Changed | null;
}

export function createNews({ control, overviews, queues }: NewsDeps): News {
  const experiments = new Set<string>();
  const rollouts = new Set<string>();
  const named = new Set<string>();
  let known = control.current();
  let depths: ReadonlyMap<string, string> | null = null;
  let following: readonly (() => void)[] = [];

  function compare(state: ControlState): void {
    for (const { id } of changedIn(known.experiments, state.experiments)) experiments.add(id);
    for (const { id, experiment } of changedIn(known.rollouts, state.rollouts)) {
      rollouts.add(id);
      experiments.add(experiment);
    }
    known = state;
  }

  function forget(): void {
    for (const ids of [experiments, rollouts, named]) ids.clear();
  }

  return {
    begin() {
      known = control.current();
      depths = null;
      const made = (ids: readonly string[]): void => ids.forEach((id) => experiments.add(id));
      following = [control.changed(compare), overviews.changed(made)];
    },
    end() {
      for (const stop of following) stop();
      following = [];
      forget();
    },
    async lookAtQueues() {
      const now = await queues().catch(() => null);
      if (now === null) return;
      for (const [name, depth] of now) if (depths !== null && depths.get(name) !== depth) named.add(name);
      depths = now;
    },
    take() {
      const changed = { experiments: [...experiments], rollouts: [...rollouts], queues: [...named] };
      forget();
      return Object.values(changed).some(({ length }) => length > 0) ? changed : null;
    },
  };
}

function changedIn<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Map(before.map((one) => [one.id, JSON.stringify(one)]));
  return after.filter((one) => known.get(one.id) !== JSON.stringify(one));
}
