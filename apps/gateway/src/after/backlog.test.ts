import { expect, test } from "vitest";
import { Backlog } from "./backlog.ts";
import { sampleFinished } from "./finished-request.fixture.ts";

const MIB = 1024 * 1024;

test("requests go out in the order they came, together, once", () => {
  const backlog = new Backlog();
  const [one, two, three] = ["1", "2", "3"].map((text) => sampleFinished(text));
  for (const finished of [one, two]) if (finished !== undefined) backlog.take(finished);
  expect(backlog.send()).toEqual([one, two]);
  expect(backlog.send()).toEqual([]);
  if (three !== undefined) backlog.take(three);
  expect(backlog.send()).toEqual([three]);
});

test("there is room for 10,000, and for as many again as are dealt with", () => {
  const backlog = new Backlog();
  const finished = sampleFinished("{}");
  for (let index = 0; index < 9_999; index += 1) expect(backlog.take(finished)).toBe(true);
  backlog.send();
  expect([backlog.take(finished), backlog.take(finished)]).toEqual([true, false]);
  backlog.took();
  expect(backlog.take(finished)).toBe(true);
});

test("there is room for 64 MiB of requests and answers", () => {
  const backlog = new Backlog();
  const large = sampleFinished("", { answerBytes: 32 * MIB });
  expect([backlog.take(large), backlog.take(large), backlog.take(sampleFinished("{}"))]).toEqual([true, true, false]);
  backlog.send();
  backlog.took();
  expect(backlog.take(sampleFinished("{}"))).toBe(true);
});

test("what was sent and not dealt with is given up by the deployments that answered it, and makes room", () => {
  const backlog = new Backlog();
  backlog.take(sampleFinished("1", { deployment: "a" }));
  backlog.send();
  backlog.take(sampleFinished("2", { deployment: "b" }));
  backlog.take(sampleFinished("3", { deployment: "a" }));
  backlog.send();
  backlog.took();
  expect(backlog.giveUp()).toEqual(["b", "a"]);
  expect(backlog.giveUp()).toEqual([]);
});
