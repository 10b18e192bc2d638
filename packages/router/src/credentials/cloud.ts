import type { Credentials } from "@understudy/providers";
import type { Clock } from "@understudy/runtime";
import type { HttpTransport, TransportRequest } from "../transport/transport.ts";

/** Headers that a cloud wants on a request; they lie over its own. Rejects with `CredentialsError`, and with the signal's reason. */
export type Cloud<C extends Credentials> = (
  credentials: C,
  request: TransportRequest,
) => Promise<Readonly<Record<string, string>>>;

export interface CloudDeps {
  /** Clouds are asked the way that models are: by the same proxies and certificates. */
  readonly transport: HttpTransport;
  readonly clock: Clock;
  /** Told of each token, so that none is ever shown. */
  readonly learn: (secret: string) => void;
}
