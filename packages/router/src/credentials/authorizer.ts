import type { Credentials, Target } from "@understudy/providers";
import type { HttpTransport, TransportRequest, TransportResponse } from "../transport/transport.ts";
import type { Cloud, CloudDeps } from "./cloud.ts";
import { createAws } from "./aws.ts";
import { createEntra } from "./entra.ts";
import { createGoogle } from "./google.ts";

export type Authorize = Cloud<Credentials>;

type Clouds = { readonly [Kind in Credentials["kind"]]: Cloud<Extract<Credentials, { readonly kind: Kind }>> };

export function createAuthorizer(deps: CloudDeps): Authorize {
  const clouds: Clouds = { aws: createAws(deps), entra: createEntra(deps), google: createGoogle(deps) };
  return (credentials, request) => (clouds[credentials.kind] as Cloud<Credentials>)(credentials, request);
}

interface SendingDeps {
  readonly transport: HttpTransport;
  readonly authorize: Authorize;
}

/** Sends a request to a deployment, by its certificates and with what its credentials add. Nearly all have a key in their headers. */
export function sendTo(
  { credentials, deployment }: Target,
  given: Omit<TransportRequest, "tls">,
  { transport, authorize }: SendingDeps,
): Promise<TransportResponse> {
  const request = { ...given, tls: deployment.tls };
  if (credentials === null) return transport.send(request);
  return authorize(credentials, request).then((added) =>
    transport.send({ ...request, headers: { ...request.headers, ...added } }),
  );
}
