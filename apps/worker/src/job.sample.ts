import { type Config, resolveConfig } from "@understudy/config";
import type { Delivery, MirrorJob, Verdict } from "@understudy/mirror";
import type { CallRecord } from "@understudy/router";
import { sampleCallRecord } from "@understudy/router/sample";
import { type LogFields, type Logger, silentLogger, systemClock } from "@understudy/runtime";

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
  readonly verdicts: readonly Verdict[];
  memory(): unknown;
  deliver(signal?: AbortSignal): Promise<Verdict>;
  /** Delivers until the verdict is not `again`, whatever the delay. */
  toItsEnd(): Promise<Verdict>;
}

export function journeyOf<Job>(job: Job, handle: (delivery: Delivery<Job>) => Promise<Verdict>): Journey {
  const verdicts: Verdict[] = [];
  let memory: unknown = null;
  async function deliver(signal = new AbortController().signal): Promise<Verdict> {
    const verdict = await handle({
      job,
      memory,
      signal,
      remember(note) {
        memory = JSON.parse(JSON.stringify(note)) as unknown;
        return Promise.resolve();
      },
    });
    verdicts.push(verdict);
    return verdict;
  }
  return {
    verdicts,
    memory: () => memory,
    deliver,
    async toItsEnd() {
      for (;;) {
        const verdict = await deliver();
        if (verdict.kind !== "again") return verdict;
      }
    },
  };
}

/** For pairs that nobody is asked about. */
export const noReview = (): Promise<void> => Promise.resolve();

export interface KeptLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines. */
export function keepLines(): { readonly logger: Logger; readonly lines: readonly KeptLine[] } {
  const lines: KeptLine[] = [];
  const keep =
    (level: KeptLine["level"]) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields });
  return { logger: { ...silentLogger, info: keep("info"), warn: keep("warn"), error: keep("error") }, lines };
}
