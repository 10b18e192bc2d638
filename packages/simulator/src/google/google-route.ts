import { decode } from "../decode.ts";

/** Google names the model, and whether the answer is streamed, in the path. */
const CALLS = {
  generateContent: { kind: "gemini", stream: false },
  streamGenerateContent: { kind: "gemini", stream: true },
  rawPredict: { kind: "raw-predict", stream: false },
  streamRawPredict: { kind: "raw-predict", stream: true },
} as const;
export type GoogleKind = (typeof CALLS)[keyof typeof CALLS]["kind"];

interface Told {
  readonly kind: "google-token";
  readonly face: "vertex";
}

interface Called {
  readonly kind: GoogleKind;
  readonly stream: boolean;
  readonly face: "gemini" | "vertex";
  readonly deployment: string;
  readonly apiVersion: null;
}

const GEMINI = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;
const VERTEX =
  /^\/v1(?:beta1)?\/projects\/[^/]+\/locations\/[^/]+\/publishers\/(?:google\/models\/([^/:]+):(generateContent|streamGenerateContent)|anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict))$/;

/** Null for a path that is none of Google's. */
export function googleRoute(path: string): Told | Called | null {
  if (path === "/google/token") return { kind: "google-token", face: "vertex" };
  const [, model, call] = GEMINI.exec(path) ?? [];
  if (model !== undefined && call !== undefined) return callRoute("gemini", model, call);
  const [, gemini, geminiCall, claude, claudeCall] = VERTEX.exec(path) ?? [];
  if (gemini !== undefined && geminiCall !== undefined) return callRoute("vertex", gemini, geminiCall);
  return claude === undefined || claudeCall === undefined ? null : callRoute("vertex", claude, claudeCall);
}

function callRoute(face: Called["face"], model: string, call: string): Called {
  return { ...CALLS[call as keyof typeof CALLS], face, deployment: decode(model), apiVersion: null };
}
