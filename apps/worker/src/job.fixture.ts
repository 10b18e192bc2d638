import { type Config, resolveConfig } from "@understudy/config";
import type { Delivery, MirrorJob, DeliveryOutcome } from "@understudy/mirror";
import type { CallRecord } from "@understudy/contracts";
import { sampleCallRecord } from "@understudy/contracts/fixture";
import { systemClock } from "@understudy/runtime";

/** Only for tests: the model that the simulator is asked for when `quiet` is. */
export const QUIET_MODEL = "gpt-4o-mini";

/** A primary whose traffic is mirrored to `quiet`; both are served at `url`. */
export function simulatedConfig(url: string, quiet: object = {}, settings: object = {}): Config {
  const at = { api_base: `${url}/v1`, api_key: "sk-test-1" };
  return resolveConfig(
    {
      model_list: [
        { model_name: "gpt-main", litellm_params: { model: "openai/gpt-4o", silent_model: "quiet", ...at } },
        { model_name: "quiet", litellm_params: { model: `openai/${QUIET_MODEL}`, ...at, ...quiet } },
      ],
      ...settings,
    },
    {},
  );
}

/** The same, as pairs are saved by it. */
export function savedBy(url: string) {
  const config = simulatedConfig(url);
  return { config, reviewed: () => config };
}

export function primaryRecord(of: Partial<CallRecord> = {}): CallRecord {
  return sampleCallRecord({ deployment: "main-1", model: "gpt-4o", response_model: "gpt-4o", ...of });
}

export const QUESTION = { model: "gpt-main", messages: [{ role: "user", content: "Say hello" }] };

/** A job named by its number, admitted now. */
export function jobNumber(number: number, of: Partial<MirrorJob> = {}): MirrorJob {
  const now = systemClock.now();
  return {
    version: 1,
    pair_id: `pair_${number}_quiet`,
    request_id: `req_${number}`,
    experiment: "exp-1",
    primary_group: "gpt-main",
    silent_model: "quiet",
    request: JSON.stringify(QUESTION),
    primary: primaryRecord({ request_id: `req_${number}` }),
    admitted_at: now,
    expires_at: now + 3_600_000,
    payloads: "full",
    retention_ms: 86_400_000,
    ...of,
  };
}

/** A job on its way: each delivery gets what the one before remembered. */
export interface Journey {
  readonly outcomes: readonly DeliveryOutcome[];
  memory(): unknown;
  deliver(signal?: AbortSignal): Promise<DeliveryOutcome>;
  /** Delivers until the outcome is not `again`, whatever the delay. */
  toItsEnd(): Promise<DeliveryOutcome>;
}

export function journeyOf<Job>(job: Job, handle: (delivery: Delivery<Job>) => Promise<DeliveryOutcome>): Journey {
  const outcomes: DeliveryOutcome[] = [];
  let memory: unknown = null;
  async function deliver(signal = new AbortController().signal): Promise<DeliveryOutcome> {
    const outcome = await handle({
      job,
      memory,
      signal,
      remember(note) {
        memory = JSON.parse(JSON.stringify(note)) as unknown;
        return Promise.resolve();
      },
    });
    outcomes.push(outcome);
    return outcome;
  }
  return {
    outcomes,
    memory: () => memory,
    deliver,
    async toItsEnd() {
      for (;;) {
        const outcome = await deliver();
        if (outcome.kind !== "again") return outcome;
      }
    },
  };
}

/** For pairs that nobody is asked about. */
export const noReview = (): Promise<void> => Promise.resolve();
