import { badRequest, RefusedRequest } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { MESSAGES_WIRE } from "../messages-wire.ts";
import type { Wire } from "../wire.ts";
import { exception } from "./converse-wire.ts";
import { EVENT_STREAM, eventFrame, frame } from "./event-stream.ts";

const VERSION = "bedrock-2023-05-31";

/** Claude by Bedrock's InvokeModel: Anthropic's Messages, whole as they are, streamed as events within AWS's framing. */
export const INVOKE_WIRE: Wire = {
  stream: EVENT_STREAM,
  asChat: MESSAGES_WIRE.asChat,
  whole: MESSAGES_WIRE.whole,
  events: (completion, question) => MESSAGES_WIRE.events(completion, question).flatMap(chunks),
  errorEvent: () => exception("throttlingException", 429),
  brokenEvent: frame({ kind: "event", name: "chunk", payload: '{"bytes":"eyJ0' }),
};

/** Throws `RefusedRequest` for a body that is not as Bedrock wants it: the path says the model and whether it is streamed. */
export function refuseInvoked(body: JsonObject): void {
  if (body["anthropic_version"] !== VERSION) throw new RefusedRequest(badRequest("anthropic_version: Field required"));
  const extra = ["model", "stream"].find((key) => key in body);
  if (extra !== undefined)
    throw new RefusedRequest(badRequest(`Malformed input request: #: extraneous key [${extra}] is not permitted`));
}

/** Bedrock keeps no connection alive by pings. */
function chunks(event: string): readonly string[] {
  const data = event.slice(event.indexOf("\ndata: ") + "\ndata: ".length).trimEnd();
  if (event.startsWith("event: ping")) return [];
  return [eventFrame("chunk", { bytes: Buffer.from(data).toString("base64") })];
}
