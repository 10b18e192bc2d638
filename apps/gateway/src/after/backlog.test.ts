import { expect, test } from "vitest";
import { Backlog } from "./backlog.ts";
import { sampleChat } from "./finished-chat.sample.ts";

const MIB = 1024 * 1024;

test("chats go out in the order they came, together, once", () => {
  const backlog = new Backlog();
  const [one, two, three] = ["1", "2", "3"].map((text) => sampleChat(text));
  for (const chat of [one, two]) if (chat !== undefined) backlog.take(chat);
  expect(backlog.send()).toEqual([one, two]);
  expect(backlog.send()).toEqual([]);
  if (three !== undefined) backlog.take(three);
  expect(backlog.send()).toEqual([three]);
});

test("there is room for 10,000, and for as many again as are dealt with", () => {
  const backlog = new Backlog();
  const chat = sampleChat("{}");
  for (let index = 0; index < 9_999; index += 1) expect(backlog.take(chat)).toBe(true);
  backlog.send();
  expect([backlog.take(chat), backlog.take(chat)]).toEqual([true, false]);
  backlog.took();
  expect(backlog.take(chat)).toBe(true);
});

test("there is room for 64 MiB of requests and answers", () => {
  const backlog = new Backlog();
  const large = sampleChat("", { answerBytes: 32 * MIB });
  expect([backlog.take(large), backlog.take(large), backlog.take(sampleChat("{}"))]).toEqual([true, true, false]);
  backlog.send();
  backlog.took();
  expect(backlog.take(sampleChat("{}"))).toBe(true);
});

test("what was sent and not dealt with is given up by the deployments that answered it, and makes room", () => {
  const backlog = new Backlog();
  backlog.take(sampleChat("1", { deployment: "a" }));
  backlog.send();
  backlog.take(sampleChat("2", { deployment: "b" }));
  backlog.take(sampleChat("3", { deployment: "a" }));
  backlog.send();
  backlog.took();
  expect(backlog.giveUp()).toEqual(["b", "a"]);
  expect(backlog.giveUp()).toEqual([]);
});
