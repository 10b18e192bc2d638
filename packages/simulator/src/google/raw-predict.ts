import { badRequest, RefusedRequest } from "../api-error.ts";
import type { JsonObject } from "../json.ts";

const VERSION = "vertex-2023-10-16";

/** Throws `RefusedRequest` for a body that is not as Vertex AI wants one for Claude: the path says the model. */
export function refuseRawPredict(body: JsonObject): void {
  if (body["anthropic_version"] !== VERSION) throw new RefusedRequest(badRequest("anthropic_version: Field required"));
  if ("model" in body) throw new RefusedRequest(badRequest("model: Extra inputs are not permitted"));
}
