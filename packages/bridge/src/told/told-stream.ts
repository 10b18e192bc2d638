import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { type Api, isObject, textOrNull } from "@understudy/apis";
import type { Crossing } from "../crossing.ts";
import { BlockOrder } from "./blocks.ts";
import { endOf, isCut, type Teller } from "./told.ts";

interface Source {
  readonly parts: AsyncIterator<LanguageModelV4StreamPart>;
  readonly tellerFor: (id?: string, model?: string) => Teller;
  readonly api: Api;
  readonly crossing: Pick<Crossing, "causeOf">;
}

/**
 * The stream as the client's API has it. An error in it is told as that API tells one; a stream that was cut ends without
 * an end mark, as it would have come: the parts of it may look whole, and only the finish says that they are not.
 */
export async function* toldStream({ parts, tellerFor, api, crossing }: Source): AsyncGenerator<Uint8Array, void, void> {
  const order = new BlockOrder();
  let teller: Teller | null = null;
  try {
    for (let next = await nextOf(parts, crossing); next !== null; next = await nextOf(parts, crossing)) {
      const part = next;
      if (part.type === "error") {
        yield Buffer.from(errorEvent(part.error, api));
        return;
      }
      const { id, modelId } = part.type === "response-metadata" ? part : NAMELESS;
      const begins = teller === null && part.type !== "stream-start" && part.type !== "custom" && part.type !== "raw";
      let text = "";
      if (begins) {
        teller = tellerFor(id, modelId);
        text += teller.begin();
      }
      if (teller !== null) text += toldPart(part, teller, order);
      if (text !== "") yield Buffer.from(text);
      if (part.type === "finish") return;
    }
  } finally {
    await parts.return?.();
  }
}

const NAMELESS = { id: undefined, modelId: undefined };

async function nextOf(
  parts: AsyncIterator<LanguageModelV4StreamPart>,
  { causeOf }: Pick<Crossing, "causeOf">,
): Promise<LanguageModelV4StreamPart | null> {
  try {
    const next = await parts.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    throw causeOf(error);
  }
}

function toldPart(part: LanguageModelV4StreamPart, teller: Teller, order: BlockOrder): string {
  if (part.type !== "finish")
    return order
      .push(part)
      .map((event) => teller.block(event))
      .join("");
  const { finishReason: finish, usage } = part;
  if (isCut(finish)) return "";
  const rest = order.end().map((event) => teller.block(event));
  return `${rest.join("")}${teller.end(endOf(finish, usage))}`;
}

/** In the packages' words an error has a message, and often the provider's type and code. */
function errorEvent(error: unknown, api: Api): string {
  const said = isObject(error) ? error : { message: typeof error === "string" ? error : null };
  const { statusCode: status, type, code } = said;
  return api.errorEvent(
    api.errorBody(
      {
        kind: "server_error",
        status: typeof status === "number" ? status : 500,
        message: textOrNull(said["message"]) ?? "the provider broke off with an error",
        type: textOrNull(type),
        code: textOrNull(code),
        param: null,
      },
      null,
    ),
  );
}
