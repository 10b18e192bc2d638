import { decode } from "../decode.ts";

/** Bedrock names the model, and whether the answer is streamed, in the path. */
const CALLS = {
  converse: { kind: "converse", stream: false },
  "converse-stream": { kind: "converse", stream: true },
  invoke: { kind: "invoke", stream: false },
  "invoke-with-response-stream": { kind: "invoke", stream: true },
} as const;
export type BedrockKind = (typeof CALLS)[keyof typeof CALLS]["kind"];

interface Called {
  readonly kind: BedrockKind;
  readonly stream: boolean;
  readonly face: "bedrock";
  readonly deployment: string;
  readonly apiVersion: null;
}

const PATH = /^\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/;

/** Null for a path that is none of Bedrock's. */
export function bedrockRoute(path: string): Called | null {
  const [, model, call] = PATH.exec(path) ?? [];
  if (model === undefined || call === undefined) return null;
  return { ...CALLS[call as keyof typeof CALLS], face: "bedrock", deployment: decode(model), apiVersion: null };
}
