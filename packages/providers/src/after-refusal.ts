import type { AdaptedRequest, ChatBody } from "./chat-body.ts";
import { type FailureBody, readRawFailureBody } from "./failure-body.ts";
import { mapDeveloperRole } from "./message-roles.ts";
import { mentionsParam } from "./param-mention.ts";
import { SAMPLING_PARAMS } from "./refused-params.ts";
import { editRequest, type RequestEdit } from "./request-edit.ts";
import type { Target } from "./target.ts";

/** What carries the task: a model that cannot take it has failed, and is not asked for something else instead. */
const TASK_PARAMS: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "stream",
  "tools",
  "functions",
  "response_format",
]);

/** The two names of one thing. Which of them is refused says which to use. */
const OTHER_NAME: Readonly<Record<string, string>> = {
  max_tokens: "max_completion_tokens",
  max_completion_tokens: "max_tokens",
};

const REFUSAL_CODES = new Set(["unsupported_parameter", "unsupported_value", "unknown_parameter"]);
const REFUSAL =
  /unsupported|n[o']t support|unrecognized|unknown (?:name|parameter|argument|field|variant)|not permitted|not allowed|unexpected (?:keyword|argument)|cannot both be|is deprecated/i;
/** Checkers that name every unknown key at once: what they leave unnamed is welcome. */
const NAMES_ALL = /extra (?:inputs|fields)|unknown name/i;
const ROLE = /(?:role|variant|tag)\W.{0,40}\bdeveloper\b|\bdeveloper\b.{0,80}\brole/is;
const MAX_READ_CHARS = 4_000;

/**
 * What to send after a 400 or 422 that refuses a parameter: the named ones renamed or dropped, along with those that
 * are known to be refused together. Null when the error refuses nothing that could be left out.
 */
export function afterRefusal(target: Target, body: ChatBody, errorBody: string): AdaptedRequest | null {
  const failure = readRawFailureBody(errorBody);
  const message = failure.message.slice(0, MAX_READ_CHARS).replaceAll("\\", "");
  if (!isRefusal(failure, message)) return null;
  const edit = editRequest(body);
  // An error about a role lists the other roles, and `user` is a parameter's name too.
  if (ROLE.test(message)) mapDeveloperRole(edit, "refused");
  else for (const param of refusedNow(body, failure, message)) leaveOut(edit, target, param);
  const adapted = edit.result();
  return adapted.changes.length === 0 ? null : adapted;
}

function isRefusal(failure: FailureBody, message: string): boolean {
  return REFUSAL_CODES.has(failure.code ?? "") || REFUSAL.test(message);
}

function refusedNow(body: ChatBody, failure: FailureBody, message: string): readonly string[] {
  if (/cannot both be/i.test(message)) return mentionsParam(message, "top_p") ? ["top_p"] : [];
  const text = message.replace(/\buse ['"`]\w+['"`] instead/gi, "");
  const named = Object.keys(body).filter((param) => isDroppable(param) && isNamed(param, failure.param, text));
  if (named.length === 0 || NAMES_ALL.test(message)) return withCompanions(named);
  const isOneOfMany = named.some((param) => SAMPLING_PARAMS.includes(param) || param === "max_tokens");
  return isOneOfMany ? [...new Set([...named, ...SAMPLING_PARAMS])] : withCompanions(named);
}

function isDroppable(param: string): boolean {
  return !TASK_PARAMS.has(param);
}

function isNamed(param: string, culprit: string | null, text: string): boolean {
  if (culprit === null) return mentionsParam(text, param);
  return culprit === param || culprit.startsWith(`${param}.`) || culprit.startsWith(`${param}[`);
}

/** Parameters that are refused when the one they belong to is gone. */
function withCompanions(params: readonly string[]): readonly string[] {
  return params.includes("logprobs") ? [...new Set([...params, "top_logprobs"])] : params;
}

function leaveOut(edit: RequestEdit, target: Target, param: string): void {
  const renamed = target.traits.renamed[param] ?? OTHER_NAME[param];
  if (renamed === undefined) edit.remove(param, "dropped", "refused");
  else edit.rename(param, renamed, "refused under this name");
}
