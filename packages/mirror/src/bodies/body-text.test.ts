import { expect, test } from "vitest";
import { bodyTextOf, textsInBody } from "./body-text.ts";
import { textsOf } from "../job/envelope.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";

test.each(['{"a":1}', '{\n  "a": "two\\nlines"\n}\n', ""])("the texts come back as they were: %j", (request) => {
  const texts = textsOf(jobNumber(1, { request }));
  expect(textsInBody(bodyTextOf(texts))).toEqual(JSON.parse(JSON.stringify(texts)));
});

test("what an earlier version wrote is read too", () => {
  const texts = textsOf(jobNumber(1, { request: '{"messages":["a\\nb"]}' }));
  expect(textsInBody(JSON.stringify(texts))).toEqual(JSON.parse(JSON.stringify(texts)));
});

test.each(["", "no json", "no json\n{}", '{"request":'])("%j is refused", (text) => {
  expect(() => textsInBody(text)).toThrow("JSON");
});
