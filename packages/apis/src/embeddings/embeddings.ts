import type { Api, EndWatch } from "../api.ts";
import { OPENAI_ERRORS } from "../client-error.ts";
import { viewEmbeddings } from "./embeddings-view.ts";
import { readEmbeddingsAnswer } from "./read-embeddings.ts";
import { mockedEmbeddings } from "./mocked-embeddings.ts";

const EMBEDDING = Buffer.from('"embedding"');

/** Embeddings are never streamed. */
const NEVER_ENDS: EndWatch = { progress: "going", errorBytes: null, push: () => true };

/** OpenAI's embeddings. */
export const embeddings: Api = {
  name: "embeddings",
  paths: ["/embeddings"],
  asks: "input",
  faultOf({ input, stream }) {
    if ((typeof input !== "string" && !Array.isArray(input)) || input.length === 0) {
      return { param: "input", message: "`input` must be a text, or a list with at least one." };
    }
    if (stream === undefined || stream === null || stream === false) return null;
    return { param: "stream", message: "Embeddings are not streamed: leave `stream` out." };
  },
  view: viewEmbeddings,
  beside: { counts: null, counted: null, kept: [] },
  following: null,
  forwards: null,
  usualHeaders: {},
  takesDefault: () => false,
  keptBack: () => [],
  asksForUsage: false,
  speaks: false,
  silent: {
    acts: [],
    identifies: ["user", "metadata", "litellm_metadata"],
    isClientTool: () => true,
    toolName: () => null,
    stores: "never",
    statefulBy: () => null,
    withoutOthersThoughts: (turns) => turns,
  },
  read: readEmbeddingsAnswer,
  watchEnd: () => NEVER_ENDS,
  opening: () => "answer",
  isPlainAnswer: (body) => body.includes(EMBEDDING),
  mocked: mockedEmbeddings,
  litellmCall: "aembedding",
  ping: null,
  ...OPENAI_ERRORS,
};
