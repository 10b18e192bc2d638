import type { Config } from "@understudy/config";
import type { ControlState } from "@understudy/contracts";
import type { ProcessSettings } from "@understudy/launch";
import type { MetricsSnapshot, SinkState } from "@understudy/telemetry";
import type { FinishedRequest } from "./finished-request.ts";

/** What the thread is started with. It opens connections of its own; nothing but messages is shared. */
export interface AfterThreadData {
  readonly config: Config;
  readonly settings: ProcessSettings;
  /** What was changed while it runs, so far. */
  readonly control: ControlState;
}

/** To the thread. */
export type AfterTask =
  | { readonly kind: "finished"; readonly requests: readonly FinishedRequest[] }
  /** Requests that the thread will not see, by deployment. */
  | { readonly kind: "notTaken"; readonly requests: ReadonlyMap<string, number> }
  | { readonly kind: "control"; readonly state: ControlState }
  | { readonly kind: "metrics" }
  | { readonly kind: "stop" }
  /** The deadline of the stop has come. */
  | { readonly kind: "hurry" };

/** From the thread. */
export type AfterNews =
  | { readonly kind: "started" }
  /** It cannot start; `settings` says that the reason is a setting, whose message is complete. */
  | { readonly kind: "failed"; readonly message: string; readonly settings: boolean }
  /** The oldest message with requests has been dealt with. */
  | { readonly kind: "took" }
  | { readonly kind: "metrics"; readonly metrics: MetricsSnapshot }
  | { readonly kind: "sinks"; readonly states: readonly SinkState[] };
