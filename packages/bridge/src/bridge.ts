import type { LanguageModelV4, LanguageModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider";
import { APIS, type WireObject } from "@understudy/apis";
import type { ApiName, Change, SpokenApi, Via } from "@understudy/contracts";
import { type Asked, CannotCarryError, Notes } from "./asked/asked.ts";
import { askedInChat } from "./asked/from-chat.ts";
import { askedInMessages } from "./asked/from-messages.ts";
import { askedInResponses } from "./asked/from-responses.ts";
import { withThinkingOf } from "./asked/settings.ts";
import { ANTHROPIC } from "./models/anthropic.ts";
import { COMPATIBLE } from "./models/compatible.ts";
import { CONVERSE } from "./models/converse.ts";
import { GEMINI } from "./models/gemini.ts";
import type { Abilities, ModelPackage } from "./models/model.ts";
import { OLLAMA } from "./models/ollama/ollama.ts";
import { OPENAI } from "./models/openai.ts";
import { blocksOf } from "./told/blocks.ts";
import { endOf, type Head, isCut, type Told } from "./told/told.ts";
import { toldStream } from "./told/told-stream.ts";
import { TOLD_IN_CHAT } from "./told/to-chat.ts";
import { TOLD_IN_MESSAGES } from "./told/to-messages.ts";
import { TOLD_IN_RESPONSES } from "./told/to-responses.ts";
import { type Crossing, type ProviderAnswer, type SendBody, startCrossing } from "./crossing.ts";

/** A client's request for a deployment that speaks another API. */
export interface BridgeCall {
  /** The client's API, and `body` in it. */
  readonly api: ApiName;
  readonly body: WireObject;
  /** What the deployment is asked in, its name for the model, and what is laid over the body that it gets. */
  readonly via: Via;
  readonly model: string;
  readonly extraBody: WireObject;
  /** The deployment's parameters with the client's over them, for those that only its own wire format knows. */
  readonly settings: WireObject;
  readonly abilities: Abilities;
  /** Sends a body to the deployment. */
  readonly send: SendBody;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly newId: (prefix: string) => string;
}

/** What a deployment of the client's own API might have answered. */
export interface BridgedAnswer {
  readonly answer: ProviderAnswer;
  readonly changes: readonly Change[];
}

interface ClientApi extends Told {
  readonly asked: (body: WireObject) => Asked;
  readonly prefix: string;
}

const CLIENTS: Readonly<Record<SpokenApi, ClientApi>> = {
  chat: { asked: askedInChat, prefix: "chatcmpl", ...TOLD_IN_CHAT },
  responses: { asked: askedInResponses, prefix: "resp", ...TOLD_IN_RESPONSES },
  messages: { asked: askedInMessages, prefix: "msg", ...TOLD_IN_MESSAGES },
};

const PACKAGES: Readonly<Record<Via, ModelPackage>> = {
  chat: COMPATIBLE,
  responses: OPENAI,
  messages: ANTHROPIC,
  converse: CONVERSE,
  gemini: GEMINI,
  ollama: OLLAMA,
};

/**
 * Asks a deployment in what it speaks and tells the client in the client's. What the provider refuses comes back as it said it.
 * Throws `CannotCarryError` before anything is sent, `UnreadableAnswerError` for an answer that does not follow its API, and
 * what `send` throws.
 */
export async function bridgedAnswer(call: BridgeCall): Promise<BridgedAnswer> {
  const client = clientOf(call.api);
  const notes = new Notes();
  const asked = withThinkingOf(call.settings, client.asked(call.body), notes);
  notes.changes.push(...asked.changes);
  const speaker = PACKAGES[call.via];
  const crossing = startCrossing(call, (body) => speaker.written(body, asked, notes, call));
  const model = await speaker.load(call.model, crossing.fetch, call.abilities);
  const options = { ...speaker.fitted(asked, notes, call), abortSignal: call.signal };
  try {
    const about = { call, client, asked, crossing, model, notes };
    return await (call.body["stream"] === true ? streamed(about, options) : whole(about, options));
  } catch (error) {
    return { answer: crossing.refusalFor(error), changes: notes.changes };
  }
}

interface Under {
  readonly call: BridgeCall;
  readonly client: ClientApi;
  readonly asked: Asked;
  readonly crossing: Crossing;
  readonly model: LanguageModelV4;
  readonly notes: Notes;
}

async function whole(under: Under, options: LanguageModelV4CallOptions): Promise<BridgedAnswer> {
  const { client, crossing, notes, model } = under;
  const { content, finishReason, usage, warnings, response } = await model.doGenerate(options);
  noteWarnings(warnings, notes);
  if (finishReason.unified === "error" || (isCut(finishReason) && content.length === 0))
    throw new Error(`an answer that ended with ${finishReason.raw ?? "nothing"}`);
  const about = tellingOf(under, headOf(under, response?.id, response?.modelId));
  const said = client.whole(blocksOf(content), endOf(finishReason, usage), about);
  const body = just(Buffer.from(JSON.stringify(said)));
  return { answer: crossing.answered("application/json", body), changes: notes.changes };
}

async function streamed(under: Under, options: LanguageModelV4CallOptions): Promise<BridgedAnswer> {
  const { call, client, crossing, notes, model } = under;
  const { stream } = await model.doStream(options);
  const parts = stream[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done !== true && first.value.type === "stream-start") noteWarnings(first.value.warnings, notes);
  const tellerFor = (id?: string, name?: string) => client.teller(tellingOf(under, headOf(under, id, name)));
  const body = toldStream({ parts, tellerFor, api: APIS[call.api], crossing });
  return { answer: crossing.answered("text/event-stream; charset=utf-8", body), changes: notes.changes };
}

function tellingOf({ asked, call }: Under, head: Head) {
  return { head, tools: asked.tools, wantsUsage: asked.wantsUsage, newId: call.newId };
}

/** The provider's id can be told from the client's, which looks as its API has it. */
function headOf({ call, client: { prefix } }: Under, given: string | undefined, model: string | undefined): Head {
  const own = given?.startsWith(prefix) === true ? given : `${prefix}_${given ?? ""}`;
  const id = given === undefined || given === "" ? call.newId(prefix) : own;
  return { id, model: model ?? call.model, created: Math.floor(call.now / 1000) };
}

function clientOf(api: ApiName): ClientApi {
  if (api === "chat" || api === "responses" || api === "messages") return CLIENTS[api];
  throw new CannotCarryError("model", "no other API has completions or embeddings");
}

const LONGEST_REASON = 200;

/** What the package says that it left out. */
function noteWarnings(warnings: readonly SharedV4Warning[], notes: Notes): void {
  for (const warning of warnings) {
    const [what, why] = wordsOf(warning);
    const param = NAMES.get(what) ?? what.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const isNoted = notes.changes.some((change) => change.param === param);
    if (!isNoted) notes.dropped(param, why.slice(0, LONGEST_REASON));
  }
}

/** The packages' names of what clients know by another. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["maxOutputTokens", "max_tokens"],
  ["stopSequences", "stop"],
]);

function wordsOf(warning: SharedV4Warning): readonly [param: string, reason: string] {
  switch (warning.type) {
    case "unsupported":
    case "compatibility":
      return [warning.feature, warning.details ?? "the model's API does not take it"];
    case "deprecated":
      return [warning.setting, warning.message];
    case "other":
      return ["request", warning.message];
  }
}

async function* just(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}
