import { parseBoundedJson } from "@understudy/runtime";

/** Places at which a document is looked for: a text of braces alone has as many as characters. */
const MOST_PLACES = 200;

/** JSON objects and lists anywhere in a text, from the left, none inside another. */
export function jsonDocumentsIn(text: string): readonly unknown[] {
  const found: unknown[] = [];
  let at = nextStart(text, 0);
  for (let places = 0; at >= 0 && places < MOST_PLACES; places += 1) {
    const end = endOf(text, at);
    const document = end === null ? null : parsed(text.slice(at, end));
    if (document !== null) found.push(document.value);
    at = nextStart(text, document === null || end === null ? at + 1 : end);
  }
  return found;
}

function nextStart(text: string, from: number): number {
  const starts = [text.indexOf("{", from), text.indexOf("[", from)].filter((at) => at >= 0);
  return starts.length === 0 ? -1 : Math.min(...starts);
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: parseBoundedJson(text) };
  } catch {
    return null;
  }
}

/** Behind the bracket that closes the one at `start`; null where none does. */
function endOf(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const unit = text[at];
    if (inString && unit === "\\") at += 1;
    else if (unit === '"') inString = !inString;
    else if (!inString && (unit === "{" || unit === "[")) depth += 1;
    else if (!inString && (unit === "}" || unit === "]") && (depth -= 1) === 0) return at + 1;
  }
  return null;
}
