import type { APICallError } from "@ai-sdk/provider";
import { isObject, parseJson, type WireObject } from "@understudy/apis";
import { CannotCarryError } from "./asked/asked.ts";

/** What a provider answered, or a client gets. */
export interface ProviderAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Headers are those of the API itself, its version for one. */
export type SendBody = (body: string, headers: Readonly<Record<string, string>>) => Promise<ProviderAnswer>;

/** The provider's answer is none that its API knows. */
export class UnreadableAnswerError extends Error {
  constructor(cause: unknown) {
    super("an answer that does not follow its API", { cause });
    this.name = "UnreadableAnswerError";
  }
}

/** One request on its way through a model package, and what became of it there. */
export interface Crossing {
  readonly fetch: typeof globalThis.fetch;
  /** The client's answer, with what the provider's headers said. */
  readonly answered: (contentType: string, body: AsyncIterable<Uint8Array>) => ProviderAnswer;
  /** The provider's own refusal; throws what went wrong where it did not refuse. */
  readonly refusalFor: (error: unknown) => ProviderAnswer;
  /** What went wrong on the network, in place of what the package made of it. */
  readonly causeOf: (error: unknown) => unknown;
}

interface Sending {
  readonly send: SendBody;
  readonly extraBody: WireObject;
}

/** Lets a model package send by our own transport. `written` puts right the body that the package wrote. */
export function startCrossing({ send, extraBody }: Sending, written: (body: WireObject) => WireObject): Crossing {
  let head: ProviderAnswer | null = null;
  let broken: { readonly error: unknown } | null = null;

  async function* watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* body;
    } catch (error) {
      broken = { error };
      throw error;
    }
  }

  const crossing: Crossing = {
    async fetch(_url, init) {
      const body = parseJson(typeof init?.body === "string" ? init.body : "{}");
      const wanted = written(isObject(body) ? body : {});
      try {
        head = await send(JSON.stringify({ ...wanted, ...extraBody }), ownHeaders(init?.headers));
      } catch (error) {
        broken = { error };
        throw error;
      }
      if (head.status >= 300) throw new RefusedError();
      return new Response(streamOf(watched(head.body)), {
        status: head.status,
        headers: plainHeaders(head),
      });
    },
    answered: (contentType, body) => ({
      status: 200,
      headers: { ...(head === null ? {} : plainHeaders(head)), "content-type": contentType },
      body,
    }),
    refusalFor(error) {
      if (broken !== null) throw broken.error;
      if (head !== null && head.status >= 300) return head;
      if (head === null) throw error instanceof CannotCarryError ? error : cannotBeWritten(error);
      return refusalWithin(error, head);
    },
    causeOf: (error) => (broken === null ? new UnreadableAnswerError(error) : broken.error),
  };
  return crossing;
}

/** What is made as it is asked for. */
export function streamOf<T>(body: AsyncGenerator<T, void, void>): ReadableStream<T> {
  return new ReadableStream({
    async pull(controller) {
      const next = await body.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await body.return();
    },
  });
}

class RefusedError extends Error {}

/** A refusal that came with a status of success, as what reads the deployment's own format found it. */
export class RefusedWithinError extends Error {
  readonly status: number;
  /** JSON. */
  readonly body: string;

  constructor(status: number, body: string) {
    super("the answer is a refusal");
    this.name = "RefusedWithinError";
    this.status = status;
    this.body = body;
  }
}

/** The packages' own errors, told apart by name: to load them for their classes would load them all. */
function isPackages(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === `AI_${name}`;
}

/** Nothing was sent: the package found something in the request that it cannot write. */
function cannotBeWritten(error: unknown): CannotCarryError {
  const why = error instanceof Error ? error.message : String(error);
  return new CannotCarryError("messages", why.slice(0, LONGEST_REASON));
}

const LONGEST_REASON = 300;

/** An error that a provider sent with a status of success, as the first event of a stream. */
function refusalWithin(error: unknown, head: ProviderAnswer): ProviderAnswer {
  if (error instanceof RefusedWithinError) return asJson(error.status, error.body, head);
  if (!isPackages(error, "APICallError")) throw new UnreadableAnswerError(error);
  const { statusCode = 200, responseBody, message, data } = error as APICallError;
  if (statusCode < 300) throw new UnreadableAnswerError(error);
  const said = isObject(parseJson(responseBody ?? "")) ? responseBody : JSON.stringify(bodyOf(data, message));
  return asJson(statusCode, said ?? "", head);
}

function asJson(status: number, body: string, head: ProviderAnswer): ProviderAnswer {
  return { status, headers: { ...plainHeaders(head), "content-type": "application/json" }, body: just(body) };
}

function bodyOf(data: unknown, message: string): object {
  return isObject(data) && isObject(data["error"]) ? data : { error: { message } };
}

async function* just(text: string): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(text);
}

/** The body is not what it was when the provider wrote these of it. */
function plainHeaders({ headers }: ProviderAnswer): Record<string, string> {
  const { "content-length": _length, "content-encoding": _encoding, "transfer-encoding": _transfer, ...rest } = headers;
  return rest;
}

/** Of what the package would send: its API's own. Keys and addresses are the deployment's. */
function ownHeaders(given: RequestInit["headers"]): Record<string, string> {
  const entries = [...new Headers(given).entries()];
  return Object.fromEntries(entries.filter(([name]) => name.startsWith("anthropic-")));
}
