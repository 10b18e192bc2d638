import { createSkippingClock } from "@understudy/runtime/fixture";
import { expect, test } from "vitest";
import { KnownRefusals } from "./known-refusals.ts";

const param = (name: string) => ({ kind: "param", param: name, onlyFor: null }) as const;

test("no more than 200 refusals are kept, the newest, and no name beyond 100 letters", () => {
  const known = new KnownRefusals(createSkippingClock());
  for (let index = 0; index < 1_000; index += 1) known.remember("m", [param(`p${index}`), param("x".repeat(101))]);
  expect(known.known("m")).toHaveLength(200);
  expect(known.known("m").at(-1)).toEqual(param("p999"));
  expect(known.known("other")).toEqual([]);
});
