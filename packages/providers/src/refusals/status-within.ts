import type { FailureBody } from "@understudy/apis";

/** What providers call their errors, as `plainName` leaves it, and the status that such an error has where it has one. */
const STATUS_OF_NAME: ReadonlyMap<string, number> = new Map(
  Object.entries({
    400: [
      "badrequest",
      "contentfilter",
      "contentpolicyviolation",
      "contextlength",
      "exceedcontextsize",
      "failedprecondition",
      "invalidargument",
      "invalidrequest",
      "outofrange",
      "validation",
    ],
    401: ["authentication", "invalidapikey", "unauthenticated", "unauthorized"],
    402: ["billing"],
    403: ["accessdenied", "forbidden", "permission", "permissiondenied"],
    404: ["modelnotfound", "notfound", "resourcenotfound"],
    408: ["modeltimeout", "timeout"],
    413: ["requesttoolarge"],
    429: [
      "insufficientquota",
      "ratelimit",
      "requests",
      "resourceexhausted",
      "servicequota",
      "throttling",
      "tokens",
      "toomanyrequests",
    ],
    503: [
      "engineoverloaded",
      "modelnotready",
      "overloaded",
      "serverisoverloaded",
      "serviceunavailable",
      "slowdown",
      "unavailable",
    ],
    504: ["deadline", "gatewaytimeout"],
  }).flatMap(([status, names]) => names.map((name) => [name, Number(status)] as const)),
);

/** For errors that have no name, or one that says nothing. */
const STATUS_OF_WORDS: readonly (readonly [RegExp, number])[] = [
  [/rate.?limit|too many requests|\bquota\b/i, 429],
  [/credit balance|insufficient (?:balance|credits?|funds)/i, 402],
  [/overloaded|at capacity|(?:temporarily|service) unavailable|try again later/i, 503],
  [/timed? ?out/i, 504],
  [/invalid api.?key|incorrect api.?key|unauthorized/i, 401],
  [/context.?(?:length|window)|prompt is too long|content.?(?:filter|policy)|content management policy/i, 400],
];

/** The status that an error within an answer would have come with, had the answer not begun with another one. */
export function statusWithin({ code, type, message }: FailureBody): number {
  for (const label of [code, type]) {
    const status = Number(label);
    if (label !== null && Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  for (const label of [code, type]) {
    const status = label === null ? undefined : STATUS_OF_NAME.get(plainName(label));
    if (status !== undefined) return status;
  }
  return STATUS_OF_WORDS.find(([words]) => words.test(message))?.[1] ?? 500;
}

/** `rate_limit_error`, `RateLimitError` and `RATE_LIMIT_EXCEEDED` are one name. */
function plainName(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/(?:error|exception|exceeded)$/, "");
}
