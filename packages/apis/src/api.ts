import type { ApiName, ErrorKind, ReadAnswer } from "@understudy/contracts";
import type { Mocked, MockedAnswer } from "./mocked.ts";
import type { Following } from "./following.ts";
import type { RequestView } from "./request-view.ts";
import type { WireObject } from "./wire.ts";

/** What is wrong with a request, and what to write instead. */
export interface RequestFault {
  readonly param: string;
  readonly message: string;
}

/** How far a streamed answer has come: `counted` is finished, and its usage was said; `done` is its end mark. */
export type Progress = "going" | "finished" | "counted" | "failed" | "done";

/** Watches a stream's bytes pass for the marks of its end. Nothing is parsed that an ordinary chunk has. */
export interface EndWatch {
  readonly progress: Progress;
  /** The bytes from the chunk on in which an error came; null when none did. */
  readonly errorBytes: Uint8Array | null;
  /** True when the chunk says something of the answer, and is no mere sign of life. */
  push(chunk: Uint8Array): boolean;
}

/** How a stream begins, as far as its first event tells. */
export type Opening = "answer" | { readonly error: string } | { readonly nothing: string };

/** Why a body that came with a status of success is no answer: it is an error, or it says nothing. */
export type WholeFault =
  | { readonly kind: "error"; readonly body: string }
  | { readonly kind: "nothing"; readonly why: string };

/** A failure as a client of the API is told of it. */
export interface WireFailure {
  readonly kind: ErrorKind;
  /** The HTTP status that it has, or would have had. */
  readonly status: number;
  readonly message: string;
  readonly type: string | null;
  readonly code: string | null;
  readonly param: string | null;
}

/** What is left out of a request that goes to a silent model, or set in it: what acts at the provider, and who asked. */
export interface SilentRules {
  /** Parameters that make the provider act by itself: search, call out, run code, run in the background. */
  readonly acts: readonly string[];
  /** Parameters that say who asked, or which cache and queue of the provider's to use. */
  readonly identifies: readonly string[];
  /** Tools the model can only propose to call: whoever asked runs them. */
  readonly isClientTool: (tool: unknown) => boolean;
  /** The tool's name, in `tools` and in `tool_choice`; null for what has none. */
  readonly toolName: (toolOrChoice: unknown) => string | null;
  /** Whether answers are kept at the provider unless `store` is false. */
  readonly stores: "unless told" | "if told" | "never";
  /** Why the request cannot be mirrored as it is: it leans on what only the primary's provider holds. Null: it can. */
  readonly statefulBy: (body: WireObject) => string | null;
  /**
   * The turns without what a model of Google's signed, and without thoughts that nobody signed: other providers refuse them.
   * The same array where there are none; what is no array stays as it is.
   */
  readonly withoutOthersThoughts: (turns: unknown) => unknown;
}

/** What else can be asked of a deployment that speaks an API. */
export interface Beside {
  /** Where input tokens are counted: `/count_tokens`. */
  readonly counts: string | null;
  /** The answer to that, where a deployment cannot count and they are estimated; null where nobody estimates. */
  readonly counted: ((tokens: number) => object) | null;
  /** What may be done with an answer that is kept, by its id: the method, and what stands behind the id. */
  readonly kept: readonly (readonly ["GET" | "POST" | "DELETE", string])[];
}

/**
 * One wire format: all that the house knows of it. Pure. Its requests and answers pass the gateway untouched; what is read
 * of them here is for the record, the mirror and the verdict.
 */
export interface Api {
  readonly name: ApiName;
  /** Where clients ask, without a leading `/v1`: `/chat/completions`. */
  readonly paths: readonly string[];
  /** Beside `model`, the parameter that says what is asked. */
  readonly asks: string;
  /** Null for a request that can be forwarded; what of it a model takes is the provider's to say. */
  readonly faultOf: (body: WireObject) => RequestFault | null;
  readonly view: (body: WireObject) => RequestView;
  /** What an API does beside its calls, behind its own path. */
  readonly beside: Beside;
  /** What ties a request to the account that made an earlier answer; null where each stands by itself. */
  readonly following: Following | null;
  /** The client's headers that go to the provider as they are, and travel with the mirror. */
  readonly forwards: RegExp | null;
  /** Sent where the client sends none of that name. */
  readonly usualHeaders: Readonly<Record<string, string>>;
  /** Whether a deployment's default of this name, which is a chat's, is one of its parameters too. */
  readonly takesDefault: (param: string) => boolean;
  /** Parameters of this request that are for our logs and not for the provider. */
  readonly keptBack: (body: WireObject) => readonly string[];
  /** Whether usage in a stream has to be asked for with `stream_options`. */
  readonly asksForUsage: boolean;
  /** Whether an answer says something: embeddings do not. */
  readonly speaks: boolean;
  readonly silent: SilentRules;

  /**
   * Reads an answer's bytes, whole or streamed, cut short or broken: what was heard. `thinkingInTotal` as `readUsage` has it.
   * Linear in the number of bytes.
   */
  readonly read: (bytes: Uint8Array, thinkingInTotal?: boolean) => ReadAnswer;
  /** `body`: the request, which says how many choices to wait for. */
  readonly watchEnd: (body: WireObject) => EndWatch;
  /** What the beginning of a stream says; null while its first event has not come. */
  readonly opening: (bytes: Uint8Array) => Opening | null;
  /** Whether a whole body, closed and without a word of an error, is an answer at first sight, with something in it. */
  readonly isPlainAnswer: (body: Buffer) => boolean;

  /** The body that tells a client of a failure. */
  readonly errorBody: (failure: WireFailure, requestId: string | null) => object;
  /** That body within a stream: a whole event, with the empty line that ends it. */
  readonly errorEvent: (body: object) => string;
  /** What says nothing between two events of a stream and keeps its connection alive; null where nothing is streamed. */
  readonly ping: string | null;
  /** A provider's error as JSON text for the client, in this API's shape, keys masked; null where there is no body. */
  readonly providerError: (kind: ErrorKind, bodyText: string) => string | null;
  /** What a deployment with LiteLLM's `mock_response` answers. */
  readonly mocked: (asked: Mocked) => MockedAnswer;
  /** What LiteLLM calls such a call in its logs. */
  readonly litellmCall: string;
}
