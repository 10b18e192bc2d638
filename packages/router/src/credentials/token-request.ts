import { isObject, numberOrNull, parseJson, textOrNull } from "@understudy/apis";
import { decoded } from "../transport/decoded-body.ts";
import type { HttpTransport } from "../transport/transport.ts";
import { wholeOf } from "../transport/whole-of.ts";
import type { CloudDeps } from "./cloud.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { Lent } from "./renewal.ts";

/** One request that is answered with a token (OAuth 2.0, RFC 6749 section 5.1). */
export interface TokenRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted; null for a GET. */
  readonly form: Readonly<Record<string, string>> | null;
}

interface Asking extends CloudDeps {
  /** Who is asked and for whom, for messages. */
  readonly whose: string;
  readonly client: string;
}

const PATIENCE_MS = 30_000;
const MOST_BYTES = 1024 * 1024;
const LONGEST_REASON = 300;

/** Throws `CredentialsError`. */
export async function askForToken(request: TokenRequest, asking: Asking): Promise<Lent<string>> {
  const { clock, learn, transport } = asking;
  const askedAt = clock.now();
  const answer = await answerTo(request, transport, asking);
  const said = parseJson(answer.text);
  const token = isObject(said) ? textOrNull(said["access_token"]) : null;
  const seconds = isObject(said) ? numberOrNull(said["expires_in"]) : null;
  if (answer.status !== 200 || token === null || seconds === null || seconds <= 0)
    throw refused(asking, answer.status, said);
  learn(token);
  return { value: token, expiresAt: askedAt + seconds * 1000 };
}

async function answerTo({ url, method, headers, form }: TokenRequest, transport: HttpTransport, { whose }: Asking) {
  const type = form === null ? {} : { "content-type": "application/x-www-form-urlencoded" };
  const body = form === null ? null : new URLSearchParams(form).toString();
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const all = { ...type, accept: "application/json", ...headers };
    const response = decoded(await transport.send({ url, method, headers: all, body, signal }));
    return { status: response.status, text: (await wholeOf(response.body, MOST_BYTES)).toString("utf8") };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CredentialsError("unavailable", `${whose} cannot be asked for a token: ${why}`, { cause: error });
  }
}

/** The first line of what it says names the reason; the others are for its support. */
function refused({ whose, client }: Asking, status: number, said: unknown): CredentialsError {
  const told = isObject(said) ? (textOrNull(said["error_description"]) ?? textOrNull(said["error"])) : null;
  const [line = ""] = (told ?? "its answer holds no token").split(/[\r\n]/, 1);
  const kind = status >= 500 || status === 429 ? "unavailable" : "authentication";
  const why = `${line.slice(0, LONGEST_REASON)} (HTTP ${status})`;
  return new CredentialsError(kind, `${whose} gave no token to the deployment's client ${client}: ${why}`);
}
