import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { type AwsCredentials, type AwsFound, awsInWords, type AwsKeys, type AwsRole } from "@understudy/providers";
import { decoded } from "../transport/decoded-body.ts";
import { ConnectionError, type HttpTransport } from "../transport/transport.ts";
import { wholeOf } from "../transport/whole-of.ts";
import type { CloudDeps } from "./cloud.ts";
import { CredentialsError } from "./credentials-error.ts";
import { installed } from "./installed.ts";

/** Keys as AWS's own packages have them. */
export interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

type Provider = () => Promise<Identity>;
type Packages = Awaited<ReturnType<typeof loadPackages>>;

const LONGEST_REASON = 300;

/** Keys from where the deployment says that they are. Rejects with `CredentialsError`. */
export async function lookUpKeys(credentials: AwsCredentials, deps: CloudDeps): Promise<Identity> {
  const packages = await loadPackages();
  try {
    const provide = await providerOf(credentials, packages, deps.transport);
    return await provide();
  } catch (error) {
    throw refused(credentials, error);
  }
}

function loadPackages() {
  return installed("@aws-sdk/credential-providers", import("@aws-sdk/credential-providers"));
}

interface ClientConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: RequestHandler;
  readonly endpoint?: string;
}

export function identityOf({ accessKeyId, secretAccessKey, sessionToken }: AwsKeys): Identity {
  return { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) };
}

async function providerOf(
  { from, region }: AwsCredentials,
  packages: Packages,
  transport: HttpTransport,
): Promise<Provider> {
  const clientConfig = { region, requestHandler: handlerOver(transport), maxAttempts: 1 };
  if (from.kind === "keys") return () => Promise.resolve(identityOf(from));
  return from.kind === "found" ? foundBy(from, packages, clientConfig) : lentTo(from, packages, clientConfig);
}

/** Who names a profile means it, and not what else may be found. */
function foundBy({ profile }: AwsFound, packages: Packages, clientConfig: ClientConfig): Provider {
  return profile === null
    ? packages.fromNodeProviderChain({ clientConfig })
    : packages.fromIni({ profile, clientConfig });
}

async function lentTo(role: AwsRole, packages: Packages, given: ClientConfig): Promise<Provider> {
  const { arn, sessionName, externalId, stsEndpoint, by } = role;
  const clientConfig = { ...given, ...(stsEndpoint === null ? {} : { endpoint: stsEndpoint }) };
  if (by.kind === "token") {
    const webIdentityToken = by.token ?? (await readFile(by.file ?? "", "utf8")).trim();
    return packages.fromWebToken({ roleArn: arn, roleSessionName: sessionName, webIdentityToken, clientConfig });
  }
  const masterCredentials = by.kind === "keys" ? identityOf(by) : foundBy(by, packages, given);
  const params = {
    RoleArn: arn,
    RoleSessionName: sessionName,
    ...(externalId === null ? {} : { ExternalId: externalId }),
  };
  return packages.fromTemporaryCredentials({ params, masterCredentials, clientConfig });
}

function refused(credentials: AwsCredentials, error: unknown): CredentialsError {
  const why = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_REASON);
  const { $metadata: metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = metadata?.httpStatusCode;
  const mayPass = error instanceof ConnectionError || (status !== undefined && (status >= 500 || status === 429));
  const kind = mayPass ? "unavailable" : "authentication";
  return new CredentialsError(kind, `${awsInWords(credentials)} gave no keys: ${why}`, { cause: error });
}

/** What AWS's packages send their requests by. */
interface RequestHandler {
  handle(request: HttpRequest): Promise<{ readonly response: HttpResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
}

interface HttpRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

const PATIENCE_MS = 30_000;
const MOST_BYTES = 1024 * 1024;

/** By the same proxies and certificates as models are asked. */
function handlerOver(transport: HttpTransport): RequestHandler {
  return {
    async handle(request) {
      const { method, headers, body } = request;
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const { host: _host, "content-length": _length, ...sent } = headers;
      const given = typeof body === "string" || body instanceof Uint8Array ? body : null;
      const answer = decoded(
        await transport.send({ url: urlOf(request), method: methodOf(method), headers: sent, body: given, signal }),
      );
      const whole = await wholeOf(answer.body, MOST_BYTES);
      return { response: { statusCode: answer.status, headers: answer.headers, body: Readable.from([whole]) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function methodOf(method: string): "GET" | "POST" {
  return method === "GET" ? "GET" : "POST";
}

function urlOf({ protocol, hostname, port, path, query = {} }: HttpRequest): string {
  const url = new URL(path, `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value ?? ""));
  return url.href;
}
