import { isObject, parseJson, textOrNull, type WireObject } from "@understudy/apis";
import type { Config, Deployment } from "@understudy/config";
import { fromEnv, type Notes } from "../targets/deployment-faults.ts";

/** What a token of Google Cloud is asked for with. */
export interface GoogleCredentials {
  readonly kind: "google";
  /** What stands in a key file: JSON. Null: it is in a file, or the machine itself is asked. */
  readonly key: string | null;
  /** The key's file; null: `usualFile`, if it is there, or else the machine that this runs on. */
  readonly keyFile: string | null;
  /** Where `gcloud auth application-default login` leaves one. */
  readonly usualFile: string | null;
  /** Where a machine of Google's gives tokens. */
  readonly metadataHost: string;
  /** Whose they are, for messages. */
  readonly client: string;
}

/** Kinds of key that one request gets a token for. */
const KINDS: ReadonlySet<unknown> = new Set(["service_account", "authorized_user"]);

/** Always some: a machine of Google's gives tokens to whoever runs on it. */
export function googleCredentials(deployment: Deployment, env: Config["env"], notes: Notes): GoogleCredentials | null {
  const written = deployment.clouds.google?.credentials ?? null;
  const key = jsonObjectIn(written ?? "");
  if (key !== null && !KINDS.has(key["type"])) {
    const fix = "use a service account's key, or leave it out where the machine has an account of its own";
    notes.lack("vertex_credentials", "it is neither a service account's key nor a person's", fix);
    return null;
  }
  const keyFile = key === null ? (written ?? fromEnv(env, ["GOOGLE_APPLICATION_CREDENTIALS"])) : null;
  const home = fromEnv(env, ["HOME"]);
  return {
    kind: "google",
    key: key === null ? null : written,
    keyFile,
    usualFile: home === null ? null : `${home}/.config/gcloud/application_default_credentials.json`,
    metadataHost: fromEnv(env, ["GCE_METADATA_HOST"]) ?? "metadata.google.internal",
    client: textOrNull(key?.["client_email"]) ?? keyFile ?? "the application's default account",
  };
}

/** Null for a text that is none, a path for one. */
export function jsonObjectIn(text: string): WireObject | null {
  const value = text.trimStart().startsWith("{") ? parseJson(text) : null;
  return isObject(value) ? value : null;
}
