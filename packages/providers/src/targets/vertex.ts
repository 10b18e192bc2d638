import { textOrNull } from "@understudy/apis";
import type { Config, Deployment } from "@understudy/config";
import { jsonObjectIn } from "../credentials/google.ts";
import type { Provider } from "../table/provider.ts";
import { joined } from "./api-url.ts";
import { fromEnv, type Notes } from "./deployment-faults.ts";

const CLAUDE = /^claude[-@.\d]|^claude$/;
/** Models that Vertex AI serves in OpenAI's format, which names each with who made it. */
const IN_OPENAIS_FORMAT = /^(?:meta|openai|deepseek-ai|qwen|moonshotai|minimaxai|zai-org)\//;
/** Others' models in formats of their own. */
const OTHERS = /^(?:mistral|codestral|jamba)/;
/** LiteLLM's, where none is written. */
const USUAL_LOCATION = "us-central1";

/** The provider as Vertex AI is asked for this model; null, noted, for one that is not served. */
export function vertexProvider(provider: Provider, model: string, notes: Notes): Provider | null {
  if (OTHERS.test(model)) {
    const fix = "ask who made it (`mistral/`), or put a LiteLLM proxy before it and use `litellm_proxy/`";
    notes.lack("model", "Vertex AI serves this model in a format of its own, which is not spoken here", fix);
    return null;
  }
  if (CLAUDE.test(model))
    return { ...provider, wire: null, apis: ["messages"], path: "/publishers/anthropic/models/*:rawPredict" };
  if (IN_OPENAIS_FORMAT.test(model)) return { ...provider, wire: null, apis: ["chat"] };
  return { ...provider, apis: [] };
}

/** Where the project's models are: below `address`, or the location's own host. Null when a fault was noted. */
export function vertexBase(
  deployment: Deployment,
  address: string | null,
  env: Config["env"],
  notes: Notes,
): URL | null {
  const project = projectOf(deployment, env);
  if (project === null) {
    notes.lack("vertex_project", "Vertex AI is asked in a project", "write `vertex_project`, or set VERTEXAI_PROJECT");
    return null;
  }
  const location =
    deployment.clouds.google?.location ?? fromEnv(env, ["VERTEXAI_LOCATION", "VERTEX_LOCATION"]) ?? USUAL_LOCATION;
  const host = URL.parse(address ?? `https://${hostOf(location)}`);
  if (host === null) return null;
  return new URL(joined(host, `/v1/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}`));
}

/** As it is written, or as the key has it. */
function projectOf({ clouds: { google } }: Deployment, env: Config["env"]): string | null {
  const named = google?.project ?? fromEnv(env, ["VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT"]);
  return named ?? textOrNull(jsonObjectIn(google?.credentials ?? "")?.["project_id"]);
}

function hostOf(location: string): string {
  if (location === "global") return "aiplatform.googleapis.com";
  if (location === "eu" || location === "us") return `aiplatform.${location}.rep.googleapis.com`;
  return `${encodeURIComponent(location)}-aiplatform.googleapis.com`;
}
