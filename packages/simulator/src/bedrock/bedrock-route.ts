import { decode } from "../decode.ts";
import type { Route } from "../routes.ts";

/** Bedrock names the model, and whether the answer is streamed, in the path. */
const CALLS = {
  converse: { kind: "converse", stream: false },
  "converse-stream": { kind: "converse", stream: true },
  invoke: { kind: "invoke", stream: false },
  "invoke-with-response-stream": { kind: "invoke", stream: true },
} as const;
export type BedrockKind = (typeof CALLS)[keyof typeof CALLS]["kind"];

const PATH = /^\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/;

/** Null for a path that is none of Bedrock's. */
export function bedrockRoute(path: string): Route | null {
  const [, model, call] = PATH.exec(path) ?? [];
  if (model === undefined || call === undefined) return null;
  return { ...CALLS[call as keyof typeof CALLS], face: "bedrock", deployment: decode(model), apiVersion: null };
}
