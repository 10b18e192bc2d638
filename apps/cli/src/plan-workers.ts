import type { Config, SilentModel } from "@understudy/config";

/** What the workers of a silent model come to. */
export interface WorkersNeeded {
  readonly silentModel: string;
  /** Its limit: `requests_per_minute`, else the `rpm` of its deployments together; null where none is named. */
  readonly requestsPerMinute: number | null;
  /** Its calls at once in one worker. */
  readonly concurrency: number;
  /** Workers that its limit feeds; null without a limit. */
  readonly workers: number | null;
}

/**
 * How many workers a configuration can use. One that makes `concurrency` calls at once, each of so many seconds, makes 60 * concurrency / seconds
 * a minute; more workers than the limit divided by that wait for it. All workers take from all queues, so the most of any model
 * counts.
 */
export function planWorkers(config: Config, secondsPerCall: number): readonly WorkersNeeded[] {
  return config.silentModels.map((silent) => {
    const requestsPerMinute = limitOf(config, silent);
    const perWorker = (60 * silent.concurrency) / secondsPerCall;
    const workers = requestsPerMinute === null ? null : Math.max(1, Math.ceil(requestsPerMinute / perWorker));
    return { silentModel: silent.name, requestsPerMinute, concurrency: silent.concurrency, workers };
  });
}

function limitOf({ deployments }: Config, { name, requestsPerMinute }: SilentModel): number | null {
  if (requestsPerMinute !== null) return requestsPerMinute;
  const limits = deployments.filter(({ modelGroup }) => modelGroup === name).map(({ rpm }) => rpm);
  return limits.some((rpm) => rpm === null) || limits.length === 0
    ? null
    : limits.reduce<number>((sum, rpm) => sum + (rpm ?? 0), 0);
}

/** A patch for `deploy/kubernetes`, with its reasons as comments. */
export function asKubernetes(needed: readonly WorkersNeeded[], secondsPerCall: number): string {
  const lines = needed.map(({ silentModel, requestsPerMinute, concurrency, workers }) =>
    workers === null
      ? `# ${silentModel}: no limit is named (mirror_settings.requests_per_minute, or rpm); the most is yours to say`
      : `# ${silentModel}: ${requestsPerMinute} requests a minute, ${concurrency} at once in each worker, ${secondsPerCall} s a call: ${workers}`,
  );
  const most = Math.max(0, ...needed.map(({ workers }) => workers ?? 0));
  const patch =
    most === 0
      ? []
      : [
          "patches:",
          "  - target: { kind: ScaledObject, name: worker }",
          "    patch: |-",
          `      - { op: replace, path: /spec/maxReplicaCount, value: ${most} }`,
        ];
  return [...lines, ...patch].join("\n");
}
