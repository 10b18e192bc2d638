import type { FailureKind } from "@understudy/contracts";

/** A deployment's cloud gave no credentials: nothing was sent, and no client is to blame. */
export class CredentialsError extends Error {
  /** `unavailable` where asking again may help. */
  readonly kind: Extract<FailureKind, "authentication" | "unavailable">;

  constructor(kind: CredentialsError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CredentialsError";
    this.kind = kind;
  }
}
