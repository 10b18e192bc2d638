import type { RouterSettings } from "@understudy/config";
import type { Random } from "@understudy/runtime";
import type { DeploymentState } from "./deployment-state.ts";

/** The deployment to call next, or null when none of them may be called now. Those in `passedOver` are left out. */
export function pickDeployment(
  group: readonly DeploymentState[],
  passedOver: ReadonlySet<DeploymentState>,
  settings: RouterSettings,
  random: Random,
): DeploymentState | null {
  const able = group.filter((state) => state.available() && !passedOver.has(state));
  if (able.length <= 1) return able[0] ?? null;
  const first = lowestOrder(able);
  if (first.length <= 1) return first[0] ?? null;
  switch (settings.strategy) {
    case "simple-shuffle":
      return shuffle(first, random);
    case "least-busy":
      return anyOf(
        lowest(first, (state) => state.inFlight, 0),
        random,
      );
    case "latency-based-routing":
      return anyOf(
        lowest(first, (state) => state.latency(), settings.latency.buffer),
        random,
      );
  }
}

/** Deployments of the lowest `order` present; one without an order comes after all that have one. */
function lowestOrder(states: readonly DeploymentState[]): readonly DeploymentState[] {
  const least = Math.min(...states.map(orderOf));
  return states.filter((state) => orderOf(state) === least);
}

function orderOf(state: DeploymentState): number {
  return state.target.deployment.order ?? Number.POSITIVE_INFINITY;
}

/** Random by weight; by rpm where no deployment has a weight; by tpm where none has an rpm; else evenly. */
function shuffle(states: readonly DeploymentState[], random: Random): DeploymentState | null {
  for (const key of ["weight", "rpm", "tpm"] as const) {
    const shares = states.map((state) => state.target.deployment[key] ?? 0);
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (total > 0) return byShare(states, shares, random() * total);
  }
  return anyOf(states, random);
}

function byShare(states: readonly DeploymentState[], shares: readonly number[], point: number): DeploymentState | null {
  let left = point;
  for (const [index, state] of states.entries()) {
    left -= shares[index] ?? 0;
    if (left < 0) return state;
  }
  // Rounding may leave a rest; it must not go to one that has no share.
  return states.findLast((_, index) => (shares[index] ?? 0) > 0) ?? null;
}

function lowest(
  states: readonly DeploymentState[],
  measure: (state: DeploymentState) => number,
  buffer: number,
): readonly DeploymentState[] {
  const measured = states.map((state) => ({ state, value: measure(state) }));
  const limit = Math.min(...measured.map(({ value }) => value)) * (1 + buffer);
  return measured.filter(({ value }) => value <= limit).map(({ state }) => state);
}

function anyOf(states: readonly DeploymentState[], random: Random): DeploymentState | null {
  return states[Math.floor(random() * states.length)] ?? null;
}
