import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { isObject, parseJson, textOrNull, type WireObject } from "@understudy/apis";
import { RefusedWithinError, streamOf } from "../../crossing.ts";
import { NOWHERE } from "../model.ts";
import { contentOf, endOf, OllamaParts } from "./answer.ts";
import { jsonLines } from "./json-lines.ts";
import { bodyOf } from "./request.ts";

/** A model behind Ollama's own API (https://docs.ollama.com/api/chat), in the terms that all model packages share. */
export function createOllama(modelId: string, fetch: typeof globalThis.fetch): LanguageModelV4 {
  const ask = (body: object) => fetch(NOWHERE.baseURL, { method: "POST", body: JSON.stringify(body) });
  return {
    specificationVersion: "v4",
    provider: "ollama",
    modelId,
    supportedUrls: {},
    async doGenerate(options) {
      const response = await ask(bodyOf(modelId, options, false));
      const said = parseJson(await response.text());
      if (!isObject(said) || !isObject(said["message"])) throw refusedWithin(said);
      const content = contentOf(said["message"]);
      const calls = content.some(({ type }) => type === "tool-call");
      return { content, ...endOf(said, calls), warnings: [], response: aboutOf(said) };
    },
    async doStream(options) {
      const response = await ask(bodyOf(modelId, options, true));
      const lines = jsonLines(response.body ?? new ReadableStream());
      const first = await lines.next();
      const begins = first.done === true ? null : first.value;
      // An error as the first line is a refusal that came with a status of success.
      if (begins !== null && "error" in begins) throw refusedWithin(begins);
      return { stream: streamOf(partsOf(begins, lines)) };
    },
  };
}

function aboutOf({ model }: WireObject): { readonly modelId?: string } {
  const modelId = textOrNull(model);
  return modelId === null ? {} : { modelId };
}

/** Ollama tells its errors in a text. */
function refusedWithin(said: unknown): Error {
  const error = isObject(said) ? textOrNull(said["error"]) : null;
  return error === null ? new Error("no answer of Ollama's") : new RefusedWithinError(500, JSON.stringify({ error }));
}

async function* partsOf(
  first: WireObject | null,
  rest: AsyncGenerator<WireObject, void, void>,
): AsyncGenerator<LanguageModelV4StreamPart, void, void> {
  const parts = new OllamaParts();
  yield { type: "stream-start", warnings: [] };
  try {
    for (let line = first; line !== null; line = await nextOf(rest)) {
      yield* parts.of(line);
      if (parts.isOver) return;
    }
    yield* parts.cut();
  } finally {
    await rest.return();
  }
}

async function nextOf(lines: AsyncGenerator<WireObject, void, void>): Promise<WireObject | null> {
  const next = await lines.next();
  return next.done === true ? null : next.value;
}
