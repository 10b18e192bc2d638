import type { RouterSettings } from "@understudy/config";
import type { ApiName, FailureKind } from "@understudy/contracts";
import type { Target } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";
import { countsAgainst, shouldCool } from "./cooldown.ts";
import { KnownRefusals } from "./known-refusals.ts";

const MINUTE_MS = 60_000;

interface Sample {
  readonly at: number;
  readonly ms: number;
}

/** What a timeout counts as, so that latency-based routing turns to the others. */
const TIMEOUT_SAMPLE_MS = 1_000_000;

/** What this process knows of one deployment's health and load. */
export class DeploymentState {
  readonly target: Target;
  readonly refusals: KnownRefusals;
  readonly #clock: Clock;
  readonly #settings: RouterSettings;
  readonly #groupSize: number;
  /** Whether it was ever asked for the usage of a stream, and answered. */
  givesUsage = false;
  #inFlight = 0;
  #coolUntil = 0;
  #windowStart = 0;
  #calls = 0;
  #failures = 0;
  #samples: Sample[] = [];
  readonly #accounts: Partial<Record<ApiName, string>> = {};

  constructor(target: Target, groupSize: number, settings: RouterSettings, clock: Clock) {
    this.target = target;
    this.refusals = new KnownRefusals(clock);
    this.#groupSize = groupSize;
    this.#settings = settings;
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Deployments of one address and key have one account. What it says holds the key, and is for comparing alone. */
  accountAt(api: ApiName): string {
    return (this.#accounts[api] ??= JSON.stringify([this.target.ways[api] ?? null, this.target.credentials]));
  }

  /** Milliseconds until the cooldown ends; 0 when the deployment may be called. */
  coolingMs(): number {
    return Math.max(0, this.#coolUntil - this.#clock.monotonic());
  }

  available(): boolean {
    const limit = this.target.deployment.maxParallelRequests;
    return this.coolingMs() === 0 && (limit === null || this.#inFlight < limit);
  }

  begin(): void {
    this.#rollWindow();
    this.#calls += 1;
    this.#inFlight += 1;
  }

  end(): void {
    this.#inFlight -= 1;
  }

  /** Notes the milliseconds to the first byte of a stream, or to the whole of a plain answer. */
  noteLatency(ms: number): void {
    this.#samples.push({ at: this.#clock.monotonic(), ms });
    if (this.#samples.length > this.#settings.latency.samples) this.#samples.shift();
  }

  /** Mean of the recent samples; 0 when there is none, so that an unknown deployment is tried first. */
  latency(): number {
    const oldest = this.#clock.monotonic() - this.#settings.latency.ttlMs;
    const recent = this.#samples.filter((sample) => sample.at >= oldest);
    return recent.length === 0 ? 0 : recent.reduce((sum, sample) => sum + sample.ms, 0) / recent.length;
  }

  /** Takes the deployment out of its group for a while when its failures call for it. */
  noteFailure(kind: FailureKind, retryAfterMs: number | null): void {
    if (!countsAgainst(kind)) return;
    this.#rollWindow();
    this.#failures += 1;
    if (kind === "timeout") this.noteLatency(TIMEOUT_SAMPLE_MS);
    const history = { calls: this.#calls, failures: this.#failures, groupSize: this.#groupSize };
    if (!shouldCool(kind, history, this.#settings)) return;
    const usual = this.target.deployment.cooldownMs ?? this.#settings.cooldownMs;
    const restMs = usual === 0 ? 0 : Math.max(usual, Math.min(retryAfterMs ?? 0, MINUTE_MS));
    // A call that was under way when the rest began must not cut it short.
    this.#coolUntil = Math.max(this.#coolUntil, this.#clock.monotonic() + restMs);
  }

  #rollWindow(): void {
    const now = this.#clock.monotonic();
    if (now - this.#windowStart < MINUTE_MS) return;
    this.#windowStart = now;
    this.#calls = 0;
    this.#failures = 0;
  }
}
