import { createStore, InvalidCursorError, openEmbedded, type Pair, type Store } from "@understudy/store";
import { systemClock } from "@understudy/runtime";
import fc, { type Arbitrary } from "fast-check";
import { ApiError } from "../../../apps/gateway/src/http/api-error.ts";
import { parsePairQuery } from "../../../apps/gateway/src/routes/pair-query.ts";
import { figureColumns } from "../../../packages/store/src/pairs/figures-row.ts";
import { marksOf, readMarks } from "../../../packages/store/src/pairs/marks.ts";
import { pairColumns } from "../../../packages/store/src/pairs/pair-row.ts";
import { experiment, keepAll, pairNumber } from "../../../packages/store/src/pairs/pair.fixture.ts";
import { values } from "../generators/json.ts";
import { answerText, callRecords } from "../generators/records.ts";
import { shortText } from "../generators/texts.ts";
import { frozen, hold, inTime, sizeOf, unless } from "../invariants.ts";
import { target } from "../target.ts";
import { pairQueries } from "./apis.ts";

const maybe = fc.oneof(fc.boolean(), fc.constant(null), fc.constant(undefined));
const bothSides = fc.oneof(fc.constant(null), fc.record({ primary: fc.boolean(), silent: fc.boolean() }));

const comparison = fc.record(
  {
    comparable: fc.boolean(),
    not_comparable: fc.array(fc.oneof(fc.constantFrom("primary_failed"), shortText)),
    agrees: maybe,
    agreement_rule: fc.oneof(fc.constantFrom("json", "short_text", "one_sided", null), shortText),
    exact_match: maybe,
    language_match: maybe,
    empty: bothSides,
    refusal: bothSides,
    json_valid: bothSides,
    rouge_l: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(5e-324, 1e-50, null)),
    length_ratio: fc.oneof(
      fc.double({ min: 0, noNaN: true }).filter(Number.isFinite),
      fc.constantFrom(1e300, 5e-324, null),
    ),
  },
  { requiredKeys: [] },
);

let last = 0;

const pairs: Arbitrary<Pair> = fc
  .record({
    outcome: fc.constantFrom("paired", "failed", "expired", "dropped"),
    reason: fc.oneof(fc.constant(null), shortText),
    primary: callRecords(answerText),
    silent: fc.oneof({ weight: 4, arbitrary: callRecords(answerText) }, { weight: 1, arbitrary: fc.constant(null) }),
    request: values,
    comparison: fc.oneof({ weight: 4, arbitrary: comparison }, { weight: 1, arbitrary: fc.constant(null) }),
    cluster: fc.oneof(fc.constant(null), shortText),
    silent_model: shortText,
  })
  .map((fields) => pairNumber(1, fields as Partial<Pair>));

let opened: Promise<Store> | undefined;

/** One database for all inputs of this thread. */
function database(): Promise<Store> {
  opened ??= (async () => {
    const store = createStore(await openEmbedded("memory"), { clock: systemClock });
    await store.migrate();
    return store;
  })();
  return opened;
}

export const targets = [
  target({
    name: "stores: marks",
    runs: 400,
    inputs: fc.tuple(callRecords(shortText), callRecords(shortText), comparison),
    check([primary, silent, compared]) {
      const marks = marksOf(primary, silent, compared as never);
      for (const number of Object.values(marks))
        hold(Number.isSafeInteger(number) && number >= 0, `marks of ${number}`);
      const read = readMarks(marks);
      hold(read.agrees === (compared.agrees ?? null), "another answer comes back");
      hold(read.comparable === (compared.comparable === true), "another comparability comes back");
    },
  }),
  target({
    name: "stores: rows",
    runs: 300,
    inputs: pairs,
    check(pair) {
      frozen(pair);
      const size = sizeOf(pair);
      for (const columns of [inTime(size, () => pairColumns(pair, keepAll)), inTime(size, () => figureColumns(pair))]) {
        for (const [name, value] of Object.entries(columns ?? {})) {
          hold(typeof value !== "number" || Number.isFinite(value), `${name} is ${String(value)}`);
          const storable = typeof value !== "string" || (value.isWellFormed() && !value.includes("\0"));
          hold(storable, `${name} cannot be stored`);
        }
      }
    },
  }),
  target({
    name: "stores: pairs there and back",
    runs: 60,
    inputs: pairs,
    async check(given) {
      const store = await database();
      last += 1;
      const pair = { ...given, id: `pair_${last}`, request_id: `req_${last}`, created_at: systemClock.now() };
      hold((await store.pairs.save(pair, experiment, keepAll)) === "stored", "a pair is not stored");
      const back = await store.pairs.read(pair.id);
      hold(back !== null, "a pair that was stored is not there");
      hold(JSON.stringify(back.request) === JSON.stringify(pair.request), "another request comes back");
      hold(JSON.stringify(back.primary.answer) === JSON.stringify(pair.primary.answer), "another answer comes back");
      hold(JSON.stringify(back.silent?.answer) === JSON.stringify(pair.silent?.answer), "another silent answer");
      if (last % 50 === 0) hold((await store.experiments.evidence(experiment.id)) !== null, "there is no evidence");
    },
  }),
  target({
    name: "stores: queries",
    runs: 100,
    inputs: pairQueries,
    async check(query) {
      const parsed = unless([ApiError], () => parsePairQuery(query));
      if (parsed === null) return;
      const store = await database();
      try {
        await store.pairs.list(parsed);
      } catch (error) {
        if (!(error instanceof InvalidCursorError)) throw error;
      }
    },
  }),
];
