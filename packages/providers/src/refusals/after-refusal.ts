import type { AdaptedRequest, ChatBody } from "../request/chat-body.ts";
import { type FailureBody, readRawFailureBody } from "@understudy/apis";
import { mapDeveloperRole } from "../request/message-roles.ts";
import { mentionsParam } from "./param-mention.ts";
import { SAMPLING_PARAMS } from "../request/refused-params.ts";
import { editRequest, type RequestEdit } from "../request/request-edit.ts";
import type { Target } from "../targets/target.ts";

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
/** It is the value that does not suit. */
const VALUE = /unsupported value|supported values|only the default/i;
const MAX_READ_CHARS = 4_000;
const MAX_VALUE_CHARS = 100;

/** What is done about one refusal, and about the next like it. */
export type Repair =
  | { readonly kind: "developer_role" }
  | {
      readonly kind: "param";
      readonly param: string;
      /** The beginning of the value's JSON, where it was the value that was refused; null: the parameter is. */
      readonly onlyFor: string | null;
    };

/** The request after a refusal, and what was done for it. */
export interface RepairedRequest extends AdaptedRequest {
  readonly repairs: readonly Repair[];
}

/**
 * What to send after a 400 or 422 that refuses a parameter: the named ones renamed or dropped, along with those that
 * are known to be refused together. `before` is what was repaired already. Null when the error refuses nothing that
 * could be left out.
 */
export function afterRefusal(
  target: Target,
  body: ChatBody,
  errorBody: string,
  before: readonly Repair[] = [],
): RepairedRequest | null {
  const { failure, message } = read(errorBody);
  if (!isRefusal(failure, message)) return null;
  const sent = { ...target.deployment.defaults, ...body };
  const repairs = repairsFor(sent, failure, message);
  const adapted = repaired(target, body, repairs, before);
  return adapted.changes.length === 0 ? null : { ...adapted, repairs };
}

/** The request with the repairs that it is in need of. Nothing that `before` renamed is renamed back. */
export function repaired(
  target: Target,
  body: ChatBody,
  repairs: readonly Repair[],
  before: readonly Repair[] = [],
): AdaptedRequest {
  const edit = editRequest(body);
  const already = new Set(before.map(paramOf));
  for (const repair of repairs) {
    if (repair.kind === "developer_role") mapDeveloperRole(edit, "refused");
    else if (repair.onlyFor === null || repair.onlyFor === beginning(edit.get(repair.param))) {
      leaveOut(edit, target, repair.param, already);
    }
    already.add(paramOf(repair));
  }
  return edit.result();
}

/** Whether a 400 or 422 refuses a parameter that is not the task's own: no model is to blame for what we send along. */
export function refusesParameter(errorBody: string): boolean {
  const { failure, message } = read(errorBody);
  if (!isRefusal(failure, message)) return false;
  return ![...TASK_PARAMS].some((param) => isNamed(param, failure.param, message));
}

function paramOf(repair: Repair): string {
  return repair.kind === "param" ? repair.param : "";
}

function read(errorBody: string): { readonly failure: FailureBody; readonly message: string } {
  const failure = readRawFailureBody(errorBody);
  return { failure, message: failure.message.slice(0, MAX_READ_CHARS).replaceAll("\\", "") };
}

function repairsFor(sent: ChatBody, failure: FailureBody, message: string): readonly Repair[] {
  // An error about a role lists the other roles, and `user` is a parameter's name too.
  if (ROLE.test(message)) return [{ kind: "developer_role" }];
  const isValue = failure.code === "unsupported_value" || VALUE.test(message);
  return refusedNow(sent, failure, message).map((param) => ({
    kind: "param",
    param,
    onlyFor: isValue ? beginning(sent[param]) : null,
  }));
}

function beginning(value: unknown): string {
  return (JSON.stringify(value) ?? "").slice(0, MAX_VALUE_CHARS);
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

function leaveOut(edit: RequestEdit, target: Target, param: string, already: ReadonlySet<string>): void {
  const renamed = target.traits.renamed[param] ?? OTHER_NAME[param];
  if (renamed !== undefined && !already.has(renamed)) edit.rename(param, renamed, "refused under this name");
  else edit.remove(param, "dropped", "refused");
  // What the deployment sets would come back.
  if (Object.hasOwn(target.deployment.defaults, param)) {
    edit.replace(param, undefined, { action: "dropped", reason: "refused; the deployment sets it" });
  }
}
