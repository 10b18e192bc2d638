import type { RouterSettings } from "@understudy/config";
import type { Change } from "@understudy/contracts";
import type { Clock, Random, Redactor } from "@understudy/runtime";
import type { AnswerOwners } from "../deployments/answer-owners.ts";
import type { DeploymentState } from "../deployments/deployment-state.ts";
import type { Authorize } from "../credentials/authorizer.ts";
import type { HttpTransport } from "../transport/transport.ts";
import type { AnsweredAttempt, FailedAttempt } from "./attempt.ts";

export interface CallDeps {
  readonly settings: RouterSettings;
  readonly deploymentsOf: (group: string) => readonly DeploymentState[];
  /** The model group that a name means, or null. */
  readonly groupOf: (name: string) => string | null;
  /** The name behind an alias; any other name is its own. */
  readonly nameBehind: (name: string) => string;
  readonly transport: HttpTransport;
  readonly authorize: Authorize;
  readonly clock: Clock;
  readonly random: Random;
  /** Knows the keys of all deployments. */
  readonly redactor: Redactor;
  /** Null where all deployments have one account. */
  readonly owners: AnswerOwners | null;
}

/** A deployment answered. */
export interface GroupAnswered extends AnsweredAttempt {
  /** Model name that was sent to the provider. */
  readonly model: string;
  readonly state: DeploymentState;
  readonly changes: readonly Change[];
  /** Whether the stream brings usage that the client did not ask for. */
  readonly hidesUsage: boolean;
  /** Wants the chunks of a stream until it has heard enough, and says false. */
  readonly hear?: (chunk: Uint8Array) => boolean;
}

/** Nothing in the group answered. */
export interface GroupFailed extends Omit<FailedAttempt, "attempt" | "carried"> {
  readonly changes: readonly Change[];
}
