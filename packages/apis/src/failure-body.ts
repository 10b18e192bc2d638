import { maskSecrets } from "./mask-secrets.ts";
import { isObject, parseJson, textOrNull, type WireObject } from "./wire.ts";

/** What a provider's error body says, whichever of the known shapes it has. Texts are masked and cut to length. */
export interface FailureBody {
  /** Empty when the body says nothing. */
  readonly message: string;
  readonly type: string | null;
  readonly code: string | null;
  readonly param: string | null;
}

const MAX_READ_CHARS = 64 * 1024;
const MAX_MESSAGE_CHARS = 1_000;
const MAX_LABEL_CHARS = 100;

/** Reads the error bodies of OpenAI, Azure, Anthropic, Google, Mistral, xAI, vLLM, and plain text or HTML. */
export function readFailureBody(bodyText: string): FailureBody {
  const { message, type, code, param } = readRawFailureBody(bodyText);
  return { message: shortened(message), type: masked(type), code: masked(code), param: masked(param) };
}

/** The same with nothing masked or cut: for reading only, never to be shown or kept. */
export function readRawFailureBody(bodyText: string): FailureBody {
  const text = bodyText.slice(0, MAX_READ_CHARS);
  const parsed = unwrapped(parseJson(text));
  if (parsed === null) return { message: plain(text), type: null, code: null, param: null };
  const error = isObject(parsed["error"]) ? parsed["error"] : parsed;
  return {
    message: messageOf(error) || messageOf(parsed),
    // Google names the kind in `status`; Azure repeats the HTTP status there.
    type: label(error["type"]) ?? textOrNull(error["status"]),
    code: codeOf(error, parsed),
    param: label(error["param"]),
  };
}

/** The object in a body that is an object, or an array with one (Google). */
function unwrapped(parsed: unknown): WireObject | null {
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return isObject(first) ? first : null;
}

function codeOf(error: WireObject, parsed: WireObject): string | null {
  const codes = [error["code"], parsed["code"], error["status_code"], innerCode(error), error["status"]];
  return codes.map(label).find((code) => code !== null) ?? null;
}

/** Azure gives a reason inside; some of its errors have no other code. */
function innerCode(error: WireObject): unknown {
  const inner = error["innererror"];
  return isObject(inner) ? inner["code"] : undefined;
}

function messageOf(error: WireObject): string {
  for (const key of ["message", "detail", "error", "msg", "title"]) {
    const text = textOf(error[key]);
    if (text !== "") return text;
  }
  return "";
}

/** A text, a text that is itself JSON, or pydantic's list of what is wrong where. */
function textOf(value: unknown): string {
  if (typeof value === "string") return /^\s*[[{]/.test(value) ? textOf(parseJson(value)) || value : value;
  if (Array.isArray(value))
    return value
      .slice(0, 20)
      .map(problemText)
      .filter((text) => text !== "")
      .join("; ");
  return isObject(value) ? messageOf(value) : "";
}

function problemText(problem: unknown): string {
  if (!isObject(problem)) return typeof problem === "string" ? problem : "";
  const loc = problem["loc"];
  const steps = Array.isArray(loc) ? loc.filter((step) => typeof step === "string" || typeof step === "number") : [];
  const where = steps.length === 0 ? "" : `${steps.join(".")}: `;
  return `${where}${messageOf(problem)}`;
}

/** Text as it is; of an HTML page its title, or its words when it has none. */
function plain(text: string): string {
  if (!/^\s*<(?:!doctype|html|head|body)/i.test(text)) return text;
  return titleOf(text) || text.replace(/<[^<>]*>/g, " ");
}

/** Only the first one is looked at: a pattern that tried each would look at the whole page again for each. */
function titleOf(page: string): string {
  const start = page.search(/<title/i);
  const from = start === -1 ? -1 : page.indexOf(">", start);
  if (from === -1) return "";
  const to = page.indexOf("<", from);
  return page.slice(from + 1, to === -1 ? page.length : to).trim();
}

function shortened(text: string): string {
  const safe = maskSecrets(text.slice(0, MAX_MESSAGE_CHARS * 4))
    .replace(/\s+/g, " ")
    .trim();
  return safe.length > MAX_MESSAGE_CHARS ? `${safe.slice(0, MAX_MESSAGE_CHARS)}…` : safe;
}

function label(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : textOrNull(value);
  return text === "None" ? null : text;
}

function masked(text: string | null): string | null {
  return text === null ? null : maskSecrets(text.slice(0, MAX_LABEL_CHARS));
}
