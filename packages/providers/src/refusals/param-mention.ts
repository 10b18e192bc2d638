/** What may stand right before a parameter's name that is also an English word. */
const LEADS = ["parameter ", "parameters: ", "parameter: ", "argument ", "supplied: ", "field ", "body.", "model: "];
const QUOTES = new Set(["'", '"', "`"]);
const MAX_NAME_CHARS = 64;

/**
 * Whether an error message names the parameter, in snake_case or camelCase. A name that is an English word (`stop`,
 * `user`) counts only in quotes or after a word such as `parameter`.
 */
export function mentionsParam(message: string, param: string): boolean {
  if (param === "" || param.length > MAX_NAME_CHARS) return false;
  const camel = param.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (camel !== param) return isFound(message, param, isWholeWord) || isFound(message, camel, isWholeWord);
  return isFound(message, param, isMarked);
}

type Test = (message: string, from: number, to: number) => boolean;

function isFound(message: string, name: string, test: Test): boolean {
  for (let at = message.indexOf(name); at !== -1; at = message.indexOf(name, at + 1)) {
    if (test(message, at, at + name.length)) return true;
  }
  return false;
}

function isWholeWord(message: string, from: number, to: number): boolean {
  return !/\w/.test(message[from - 1] ?? " ") && !/\w/.test(message[to] ?? " ");
}

function isMarked(message: string, from: number, to: number): boolean {
  if (!isWholeWord(message, from, to)) return false;
  if (QUOTES.has(message[from - 1] ?? "") && QUOTES.has(message[to] ?? "")) return true;
  const before = message.slice(Math.max(0, from - 16), from).toLowerCase();
  return LEADS.some((lead) => before.endsWith(lead));
}
