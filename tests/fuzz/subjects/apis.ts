import { APIS } from "@understudy/apis";
import { InvalidCursorError } from "@understudy/store";
import type { Request, Response } from "express";
import fc, { type Arbitrary } from "fast-check";
import { ApiError } from "../../../apps/gateway/src/http/api-error.ts";
import { authenticate } from "../../../apps/gateway/src/http/authenticate.ts";
import { createKeyring } from "../../../apps/gateway/src/http/keyring.ts";
import { assignRequestId } from "../../../apps/gateway/src/http/request-id.ts";
import { sentFrom } from "../../../apps/gateway/src/http/same-origin.ts";
import { parsePairQuery } from "../../../apps/gateway/src/routes/pair-query.ts";
import { createSessions } from "../../../apps/gateway/src/ui/session.ts";
import { decodeCursor, encodeCursor } from "../../../packages/store/src/pairs/cursor.ts";
import { primaryTrace } from "../../../packages/telemetry/src/sinks/otel/trace-context.ts";
import { refusedError } from "../../../packages/router/src/transport/failure.ts";
import { systemClock } from "@understudy/runtime";
import { numbers } from "../generators/json.ts";
import { shortText, texts } from "../generators/texts.ts";
import { hold, holdPlain, inTime, unless } from "../invariants.ts";
import { target } from "../target.ts";

const MASTER_KEY = "sk-test-master-1234567890";
const KEYRING = createKeyring({
  masterKey: MASTER_KEY,
  clientKeys: [{ key: "sk-test-client-1234567890", alias: "search", team: null, proxy: false, control: false }],
});

/** What express's query parser, or a hand-made one, may give for a parameter. */
const parameter: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: shortText },
  { weight: 2, arbitrary: numbers.map(String) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "true",
      "false",
      "200",
      "2026-01-31T12:00:00Z",
      "99999999999999999999",
      "-1",
      "1e3",
      "0x10",
      "+275760-09-13",
      "1\0",
      "dropped",
    ),
  },
  { weight: 1, arbitrary: texts({ most: 16 * 1024 }) },
  { weight: 1, arbitrary: fc.array(shortText, { maxLength: 3 }) },
);

const NAMES = [
  "experiment",
  "outcome",
  "request_id",
  "agrees",
  "comparable",
  "silent_status",
  "slower_than_ms",
  "dearer_than_usd",
  "tools_differ",
  "refused",
  "text",
  "since",
  "until",
  "limit",
  "cursor",
] as const;

export const pairQueries = fc.dictionary(fc.constantFrom(...NAMES, "__proto__", "toString"), parameter, { maxKeys: 5 });

/** The largest moment that a date, and a bigint column, can hold. */
const LAST_MOMENT = 8.64e15;

const header = fc.oneof(
  shortText.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "")),
  texts({ most: 16 * 1024, units: ["Bearer ", "understudy_session=", "; ", "=", "00-"] }),
  fc.constantFrom(
    `Bearer ${MASTER_KEY}x`,
    `understudy_session=${Date.UTC(2030, 1)}.`,
    "http://127.0.0.1:4000",
    "null",
    "same-origin",
    "cross-site",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  ),
);

const headers = fc.dictionary(
  fc.constantFrom(
    "authorization",
    "x-api-key",
    "api-key",
    "cookie",
    "origin",
    "host",
    "sec-fetch-site",
    "x-request-id",
    "traceparent",
    "x-forwarded-proto",
  ),
  header,
);

const token = fc.oneof(
  texts({ most: 64 * 1024, units: [".", "1.", "="] }),
  fc.tuple(numbers.map(String), fc.base64String()).map((parts) => parts.join(".")),
);

export const targets = [
  target({
    name: "apis: queries of pairs",
    runs: 500,
    inputs: pairQueries,
    check(query) {
      const size = JSON.stringify(query).length;
      const parsed = inTime(size, () => unless([ApiError], () => parsePairQuery(query)));
      if (parsed === null) return;
      hold(Number.isInteger(parsed.limit) && parsed.limit >= 1 && parsed.limit <= 200, `a limit of ${parsed.limit}`);
      for (const moment of [parsed.since, parsed.until]) {
        hold(moment === undefined || Math.abs(moment) <= LAST_MOMENT, "a moment that no date can be");
      }
      for (const figure of [parsed.slowerThanMs, parsed.dearerThanUsd]) {
        hold(figure === undefined || Number.isFinite(figure), "a figure that is no number");
      }
    },
  }),
  target({
    name: "apis: cursors",
    runs: 500,
    inputs: fc.oneof(
      texts({ most: 64 * 1024 }),
      fc.tuple(numbers, shortText).map((position) => Buffer.from(JSON.stringify(position)).toString("base64url")),
    ),
    check(cursor) {
      const position = inTime(cursor.length, () => unless([InvalidCursorError], () => decodeCursor(cursor)));
      if (position === null) return;
      hold(encodeCursor(position) === cursor, "a second spelling of a cursor");
      hold(Number.isSafeInteger(position.createdAt) && !position.id.includes("\0"), "no cursor of ours");
    },
  }),
  target({
    name: "apis: session tokens",
    runs: 500,
    inputs: token,
    check(text) {
      const sessions = createSessions(MASTER_KEY, systemClock);
      hold(inTime(text.length, () => sessions.read(text)) === null, "a made-up token is a session");
      const own = sessions.issue();
      const session = sessions.read(own);
      hold(session !== null, "a session that was given out is none");
      const at = text.length % own.length;
      const altered = sessions.read(own.slice(0, at) + text + own.slice(at));
      // Base64 has several spellings: another one of the signature must be the same session, or signing out would miss it.
      hold(
        altered === null || JSON.stringify(altered) === JSON.stringify(session),
        "an altered session is another one",
      );
    },
  }),
  target({
    name: "apis: headers",
    runs: 500,
    inputs: headers,
    check(given) {
      const request = { headers: given, method: "GET" } as unknown as Request;
      const size = Object.values(given).join("").length;
      let passed = false;
      const next = (): void => void (passed = true);
      const response = {
        locals: {},
        setHeader: (_name: string, value: string) => hold(/^[\x20-\x7e]*$/.test(value), "a header that cannot be sent"),
      };
      inTime(size, () => unless([ApiError], () => authenticate(KEYRING, "models")(request, response as never, next)));
      hold(!passed, "a made-up key opens the gateway");
      inTime(size, () => sentFrom(request));
      inTime(size, () => assignRequestId(systemClock)(request, response as unknown as Response, next));
      const trace = inTime(size, () => primaryTrace("req_1", given["traceparent"], { parentBased: true, ratio: 0.5 }));
      hold(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/.test(trace.traceparent), "a traceparent that is none");
    },
  }),
  target({
    name: "apis: errors for clients",
    runs: 200,
    inputs: fc.tuple(fc.integer({ min: 300, max: 599 }), texts({ most: 64 * 1024 })),
    check([status, text]) {
      const failure = refusedError(status, text);
      for (const { errorBody } of Object.values(APIS)) {
        const body = errorBody(failure, "req_1") as {
          readonly error: { readonly type: string; readonly message: string };
        };
        holdPlain(body, 2);
        hold(body.error.type !== "" && body.error.message !== "", "an error without words");
      }
    },
  }),
];
