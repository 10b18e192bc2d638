const ANSWER_KINDS = {
  tool_calls: "tool calls",
  json: "JSON",
  json_text: "JSON with text",
  closed: "short text",
  long_text: "free text",
  code: "code",
  refusal: "refusal",
  embeddings: "embeddings",
};

/** What pairs may be looked for by: the API's parameter, its label, and the choices it has, if any. */
export const FILTERS = [
  { name: "experiment", label: "experiment" },
  { name: "agrees", label: "agreement", choices: { false: "disagree", true: "agree" } },
  {
    name: "outcome",
    label: "outcome",
    choices: { paired: "paired", failed: "silent failed", expired: "expired", dropped: "dropped" },
  },
  { name: "kind", label: "kind", choices: ANSWER_KINDS },
  { name: "tools_differ", label: "tool calls", choices: { true: "differ" } },
  { name: "refused", label: "refusals", choices: { true: "silent likely refused" } },
  { name: "comparable", label: "comparable", choices: { true: "yes", false: "no" } },
  { name: "slower_than_ms", label: "slower by more than (ms)", type: "number" },
  { name: "dearer_than_usd", label: "dearer by more than (USD)", type: "number" },
  { name: "since", label: "since (UTC)", type: "datetime-local" },
  { name: "until", label: "until (UTC)", type: "datetime-local" },
] as const satisfies readonly Filter[];

export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly choices?: Readonly<Record<string, string>>;
  readonly type?: "number" | "datetime-local";
}

const NAMES: ReadonlySet<string> = new Set([...FILTERS.map(({ name }) => name), "text", "alike", "sort", "cursor"]);

/** The API's query for the page's: what is known and not empty. Times are meant in UTC. */
export function pairsPath(search: string): string {
  const query = new URLSearchParams({ limit: "30" });
  for (const [name, value] of new URLSearchParams(search)) {
    if (!NAMES.has(name) || value === "") continue;
    query.set(name, name === "since" || name === "until" ? asUtc(value) : value);
  }
  return `/api/pairs?${query}`;
}

/** The same filters as a file, from the first pair on. */
export function exportPath(search: string, format: "csv" | "jsonl"): string {
  const query = new URLSearchParams(pairsPath(withFilter(search, "", "")).split("?")[1]);
  query.delete("limit");
  query.set("format", format);
  return `/api/pairs?${query}`;
}

/** The page's query with one filter set anew, or taken out; the page begins again at its first pair. */
export function withFilter(search: string, name: string, value: string): string {
  const query = new URLSearchParams(search);
  query.delete("cursor");
  if (value === "") query.delete(name);
  else query.set(name, value);
  return query.toString();
}

function asUtc(value: string): string {
  return /T\d\d:\d\d(?::\d\d)?$/.test(value) ? `${value}Z` : value;
}
